"""Noting who is at a session: the host's list, or the participant's own code."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.agenda.presence import as_code, code_of, is_open, opens_at
from peer_visits.agenda.queries.attendance import is_due, list_held, list_noted
from peer_visits.agenda.releases import Item
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.states import NotedBy
from peer_visits.audit.services import record
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.places.models import Place
from peer_visits.places.queries import list_participants
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit


def note_attendance(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    session_id: uuid.UUID,
    shown: Collection[uuid.UUID],
    ticked: Collection[uuid.UUID],
) -> int:
    """Save the host's list of one session in one go; returns how many are noted as present.

    `shown` are those the page showed as present. What the host did not touch stays as somebody else has noted it
    meanwhile. Raises Refused before the list is open, NotFound for a session that is not on the published agenda.
    """
    lock_plan(session, visit)
    item = next((one for one in list_held(session, visit.id) if one["id"] == str(session_id)), None)
    if item is None:
        raise NotFound
    if not is_due(item, now):
        raise Refused(
            phrase("The list can be filled in from %(moment)s on.", moment=opens_at(item["starts_at"]))
        )
    noted, present = list_noted(session, session_id), 0
    for place in list_participants(session, visit.id):
        known, is_there = noted.get(place.person_id), place.person_id in ticked
        if known is None or is_there != (place.person_id in shown):
            known = _note(session, known, session_id, place.person_id, is_there, NotedBy.LIST, actor, now)
        present += known.was_there
    record(
        session,
        actor=actor,
        now=now,
        action="attendance.noted",
        subject=session.get_one(AgendaSession, session_id),
        programme_id=visit.call.programme_id,
        present=present,
    )
    return present


def check_in(session: Session, *, actor: Person, now: datetime, place: Place, code: str) -> Item:
    """Note the place's person as present at the session of this code; returns that session. Twice is as once.

    Raises Refused for a code of no session, or of one that is not on now.
    """
    if place.state is not PlaceState.ACCEPTED:
        raise Refused(phrase("Only whoever holds a place in the visit can check in."))
    lock_plan(session, place.visit)
    item = _session_of(session, place.visit, as_code(code), now)
    session_id = uuid.UUID(item["id"])
    known = list_noted(session, session_id).get(place.person_id)
    if known is None or not known.was_there:
        _note(session, known, session_id, place.person_id, True, NotedBy.CODE, actor, now)
        record(
            session,
            actor=actor,
            now=now,
            action="attendance.checked_in",
            subject=session.get_one(AgendaSession, session_id),
            programme_id=place.visit.call.programme_id,
        )
    return item


def note_register_taken(session: Session, *, actor: Person, now: datetime, visit: Visit, kind: str) -> None:
    """The register leaves the house: the log says who took it."""
    record(
        session,
        actor=actor,
        now=now,
        action="attendance.exported",
        subject=visit,
        programme_id=visit.call.programme_id,
        kind=kind,
    )


def _session_of(session: Session, visit: Visit, code: str, now: datetime) -> Item:
    secret = session.info["mail"].secret
    held = list_held(session, visit.id)
    found = [one for one in held if hmac.compare_digest(code_of(secret, one["id"]).encode(), code.encode())]
    if not found:
        raise Refused(
            phrase(
                "No session of the visit has this code. Look at the six digits again, or ask the host."
                " The host can also note you on the list."
            ),
            field="code",
        )
    now_on = [one for one in found if is_open(one["starts_at"], one["ends_at"], now)]
    if now_on:
        return now_on[0]
    raise Refused(_not_now(found[0], now), field="code")


def _not_now(item: Item, now: datetime) -> Phrase:
    if now < item["starts_at"]:
        return phrase(
            "The code of “%(title)s” counts from %(moment)s on. Type it again then.",
            title=item["title"],
            moment=opens_at(item["starts_at"]),
        )
    return phrase("“%(title)s” is over. Ask the host to note you on the list.", title=item["title"])


def _note(
    session: Session,
    known: Attendance | None,
    session_id: uuid.UUID,
    person_id: uuid.UUID,
    was_there: bool,
    how: NotedBy,
    actor: Person,
    now: datetime,
) -> Attendance:
    row = known or Attendance(session_id=session_id, person_id=person_id)
    row.was_there, row.how, row.noted_at, row.noted_by = was_there, how, now, actor.id
    session.add(row)
    return row
