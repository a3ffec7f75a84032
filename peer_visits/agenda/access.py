"""Fetch a session, a speaker or a release of a visit somebody was granted."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaRelease, AgendaSession, AgendaSpeaker
from peer_visits.agenda.queries.attendance import list_held
from peer_visits.agenda.queries.releases import COMING, find_latest_release, find_release
from peer_visits.agenda.queries.sessions import list_sessions_of_speaker
from peer_visits.agenda.releases import Item, is_as_published
from peer_visits.files.models import StoredFile
from peer_visits.kernel.errors import NotFound, must_exist
from peer_visits.visits.models import Visit


def get_session_of_visit(session: Session, visit: Visit, session_id: uuid.UUID) -> AgendaSession:
    """A session of this visit. Raises NotFound for any other visit's."""
    found = session.get(AgendaSession, session_id)
    if found is None or found.visit_id != visit.id:
        raise NotFound
    return found


def get_release(session: Session, visit: Visit, number: int | None = None) -> AgendaRelease:
    """A published release, the latest unless a number is given. Raises NotFound."""
    found = (
        find_latest_release(session, visit.id) if number is None else find_release(session, visit.id, number)
    )
    if found is None:
        raise NotFound
    return found


def get_speaker_of_visit(session: Session, visit: Visit, speaker_id: uuid.UUID) -> AgendaSpeaker:
    """A speaker of this visit. Raises NotFound for any other visit's."""
    found = session.get(AgendaSpeaker, speaker_id)
    if found is None or found.visit_id != visit.id:
        raise NotFound
    return found


def get_material(session: Session, visit: Visit, session_id: uuid.UUID) -> StoredFile:
    """A session's file as it was published last. Raises NotFound."""
    item = _published_item(session, visit, "id", session_id)
    found = session.get(AgendaSession, session_id)
    if found is None or found.material is None or not is_as_published(found.material, item):
        raise NotFound
    return found.material


def get_material_for_speaker(session: Session, speaker: AgendaSpeaker, session_id: uuid.UUID) -> StoredFile:
    """A session's file for whoever speaks: of their own sessions as it stands, of others as it was published last.

    Raises NotFound, also for somebody who has said no.
    """
    if speaker.state not in COMING:
        raise NotFound
    own = next((one for one in list_sessions_of_speaker(session, speaker) if one.id == session_id), None)
    if own is not None and own.material is not None:
        return own.material
    return get_material(session, session.get_one(Visit, speaker.visit_id), session_id)


def get_portrait(session: Session, visit: Visit, speaker_id: uuid.UUID) -> StoredFile:
    """The picture of a speaker who agrees to it being shown and is on the published agenda. Raises NotFound."""
    _published_item(session, visit, "speaker_ids", speaker_id)
    speaker = get_speaker_of_visit(session, visit, speaker_id)
    picture = session.get(StoredFile, speaker.picture_id) if speaker.picture_id else None
    if picture is None or speaker.consented_at is None:
        raise NotFound
    return picture


def _published_item(session: Session, visit: Visit, name: str, wanted: uuid.UUID) -> dict[str, Any]:
    items = get_release(session, visit).content["sessions"]
    found = next((item for item in items if str(wanted) in item.get(name, "")), None)
    if found is None:
        raise NotFound
    return dict(found)


def get_held_session(session: Session, visit: Visit, session_id: uuid.UUID) -> Item:
    """A published session of this visit that is still on the board. Raises NotFound."""
    return must_exist(
        next((one for one in list_held(session, visit.id) if one["id"] == str(session_id)), None)
    )
