"""Speakers and host staff: named, invited by mail, answering by a link, taken off the agenda."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.consents import note_consent
from peer_visits.accounts.models import Person
from peer_visits.agenda import messages
from peer_visits.agenda.models import AgendaSpeaker
from peer_visits.agenda.queries.sessions import find_speaker_by_secret, list_sessions_of_speaker
from peer_visits.agenda.services.people import name_key
from peer_visits.agenda.services.plan import raise_version
from peer_visits.agenda.states import SPEAKER, SpeakerCommand, SpeakerState
from peer_visits.audit.services import record
from peer_visits.files.models import StoredFile
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import digest, new_id, new_secret
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post, withdraw_messages
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class SpeakerContent:
    """What host or organiser type about a speaker."""

    name: str
    email: str | None
    organisation: str
    is_host_staff: bool


@dataclass(frozen=True)
class SpeakerAnswer:
    """What a speaker says: whether they come, when they can by the clock of `zone`, and about themselves.

    Biography and picture are shown to others only if `consents`.
    """

    comes: bool
    zone: str
    windows: Sequence[Sequence[str]]
    biography: str
    consents: bool
    picture: StoredFile | None = None
    # The words that were shown beside the box, for the log of consents.
    consent_words: str = ""


def save_speaker(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    content: SpeakerContent,
    speaker: AgendaSpeaker | None = None,
    version: int = 0,
) -> AgendaSpeaker:
    """Add a speaker or change what is typed about one. Raises Refused for a name that is taken, Stale."""
    raise_version(session, visit)
    _refuse_same_name(session, visit, content, speaker)
    if speaker is None:
        speaker = AgendaSpeaker(
            id=new_id(), visit_id=visit.id, zone=visit.zone, windows=[], state=SpeakerState.LISTED, version=0
        )
        session.add(speaker)
    elif speaker.version != version:
        raise Stale
    elif speaker.email != content.email:
        _forget_link(session, speaker)
    speaker.name, speaker.name_key = content.name, name_key(content.name)
    speaker.email, speaker.organisation = content.email, content.organisation
    speaker.is_host_staff = content.is_host_staff
    speaker.version += 1
    session.flush()
    _record(session, actor, now, visit, speaker, "saved")
    return speaker


def _refuse_same_name(
    session: Session, visit: Visit, content: SpeakerContent, speaker: AgendaSpeaker | None
) -> None:
    same = select(AgendaSpeaker.id).where(
        AgendaSpeaker.visit_id == visit.id, AgendaSpeaker.name_key == name_key(content.name)
    )
    known = session.scalar(same)
    if known and (speaker is None or known != speaker.id):
        raise Refused(
            phrase("There is a speaker of this name already. Add what tells them apart, such as a town."),
            field="name",
        )


def _forget_link(session: Session, speaker: AgendaSpeaker) -> None:
    """Another address: the old link is worth nothing, and the new one has not been asked."""
    withdraw_messages(session, speaker)
    speaker.state, speaker.digest, speaker.answered_at = SpeakerState.LISTED, None, None


def invite_speaker(
    session: Session, *, actor: Person, now: datetime, visit: Visit, speaker: AgendaSpeaker
) -> None:
    """Mail a speaker the link by which they answer; an earlier link ends. Raises Refused or Stale."""
    if not speaker.email:
        raise Refused(phrase("Write the speaker's e-mail address first."))
    after = SPEAKER.step(speaker.state, SpeakerCommand.INVITE)
    withdraw_messages(session, speaker)
    secret = new_secret()
    update_one(
        session,
        AgendaSpeaker,
        AgendaSpeaker.id == speaker.id,
        AgendaSpeaker.version == speaker.version,
        state=after,
        digest=digest(secret),
        invited_at=now,
        answered_at=None,
        version=speaker.version + 1,
    )
    sessions = list_sessions_of_speaker(session, speaker)
    post(session, messages.speaker_invited(speaker, visit, actor, sessions, secret), now=now)
    _record(session, actor, now, visit, speaker, "invited")


def answer_invitation(session: Session, *, now: datetime, secret: str, answer: SpeakerAnswer) -> Visit:
    """A speaker says whether and when they can. The link stays good, so that an answer can be changed.

    Raises Refused for a link that a later one has ended.
    """
    speaker = find_speaker_by_secret(session, secret)
    if speaker is None:
        raise Refused(phrase("This link cannot be used any more. Ask whoever invited you for another."))
    visit = session.get_one(Visit, speaker.visit_id)
    raise_version(session, visit)
    command = SpeakerCommand.CONFIRM if answer.comes else SpeakerCommand.DECLINE
    speaker.state = SPEAKER.step(speaker.state, command)
    speaker.answered_at, speaker.zone = now, answer.zone
    speaker.windows = [list(window) for window in answer.windows]
    speaker.biography, speaker.picture = answer.biography, answer.picture
    speaker.consented_at = (speaker.consented_at or now) if answer.consents else None
    speaker.version += 1
    session.flush()
    note_consent(
        session,
        person=None,
        now=now,
        topic="speaker.shown",
        about=speaker,
        is_given=answer.consents,
        words=answer.consent_words,
        language=speaker.language,
    )
    _record(session, None, now, visit, speaker, "confirmed" if answer.comes else "declined")
    return visit


def remove_speaker(
    session: Session, *, actor: Person, now: datetime, visit: Visit, speaker: AgendaSpeaker
) -> None:
    """Take a speaker off the agenda: their sessions stay, without them, and their link ends."""
    raise_version(session, visit)
    withdraw_messages(session, speaker)
    for item in list_sessions_of_speaker(session, speaker):
        item.speakers.remove(speaker)
        item.version += 1
    _record(session, actor, now, visit, speaker, "removed")
    session.flush()
    session.delete(speaker)
    session.flush()


def _record(
    session: Session, actor: Person | None, now: datetime, visit: Visit, speaker: AgendaSpeaker, what: str
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=f"speaker.{what}",
        subject=speaker,
        programme_id=visit.call.programme_id,
    )
