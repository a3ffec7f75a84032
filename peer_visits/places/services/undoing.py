"""While no mail of a decision has left, it can be undone as if it had not been; or its mails can be sent at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.services import take_back_run
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.calls.rules import answers_known_at
from peer_visits.calls.steps import log_call
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import phrase
from peer_visits.outbox.gates import WAKE
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import ChoiceReason, Place, WaitingEntry
from peer_visits.places.services.offering import lock_visits
from peer_visits.places.states import PlaceKind
from peer_visits.storage.steps import update_if, update_one
from peer_visits.visits.models import Visit

UNSENT = (MessageState.HELD, MessageState.QUEUED, MessageState.WITHDRAWN)
_ANSWERS = ("application.waiting", "application.refused")


@dataclass(frozen=True)
class Mails:
    """The mails of a decision: how many still wait, how many have left or are leaving."""

    waiting: int
    gone: int


def count_decision_mails(session: Session, call: Call) -> Mails:
    """How far the mails of the call's decision are."""
    rows = session.execute(
        select(Message.state, func.count()).where(_of_decision(call)).group_by(Message.state)
    )
    counts: dict[MessageState, int] = {row[0]: row[1] for row in rows}
    waiting = counts.get(MessageState.HELD, 0) + counts.get(MessageState.QUEUED, 0)
    return Mails(waiting, sum(number for state, number in counts.items() if state not in UNSENT))


def undo_decision(session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID) -> int:
    """Take back every place, waiting position and mail of a decision; the call is as it was before.

    Returns how many places that were. Raises Refused once a single mail has left, Stale if somebody was first.
    """
    call = _lock(session, call_id)
    mine = _of_decision(call)
    update_if(
        session,
        Message,
        mine,
        Message.state.in_((MessageState.HELD, MessageState.QUEUED)),
        state=MessageState.WITHDRAWN,
        held_for=None,
        why="The decision was undone.",
    )
    # Asked after the update: a worker that was first has made it a mail that leaves.
    if session.scalar(select(func.count(Message.id)).where(mine, Message.state.not_in(UNSENT))):
        raise Refused(
            phrase("The first mails have left, so the decision stands. Single offers can be taken back.")
        )
    places = session.scalars(select(Place.id).where(_places_of_decision(call))).all()
    _remove(session, call, places)
    take_back_run(session, call_id=call.id)
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.decided_at == call.decided_at,
        decided_at=None,
        answered_at=None,
        version=call.version + 1,
    )
    log_call(session, actor, now, call, "call.decision_undone", count=len(places))
    return len(places)


def _remove(session: Session, call: Call, places: Sequence[uuid.UUID]) -> None:
    """Nobody has heard of them, so nothing of them stays but the log."""
    visits = select(Visit.id).where(Visit.call_id == call.id)
    choices = select(Choice.id).where(Choice.visit_id.in_(visits))
    session.execute(delete(ChoiceReason).where(ChoiceReason.choice_id.in_(choices)))
    session.execute(delete(WaitingEntry).where(WaitingEntry.visit_id.in_(visits)))
    update_if(session, Place, Place.id.in_(places), replaces_id=None)
    session.execute(delete(Place).where(Place.id.in_(places)))
    session.expire_all()


def release_answers(session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID) -> int:
    """Let the mails of a decision leave now; returns how many there are that nothing holds.

    What is held stays held, and leaves without any more delay once an organiser lets it go. Raises Refused if they
    leave already, Stale if somebody was first.
    """
    call = _lock(session, call_id)
    known_at = answers_known_at(call)
    if known_at is None or known_at <= now:
        raise Refused(phrase("The mails are on their way already."))
    update_one(
        session, Call, Call.id == call.id, Call.answered_at > now, answered_at=now, version=call.version + 1
    )
    early = (_of_call(call), Message.not_before > now)
    update_if(session, Message, *early, Message.state == MessageState.HELD, not_before=now)
    released = update_if(session, Message, *early, Message.state == MessageState.QUEUED, not_before=now)
    session.info[WAKE] = True
    log_call(session, actor, now, call, "call.answers_released", count=released)
    return released


def _lock(session: Session, call_id: uuid.UUID) -> Call:
    lock_visits(session, call_id)
    call = session.get(Call, call_id, populate_existing=True)
    if call is None:
        raise NotFound
    if call.decided_at is None:
        raise Refused(phrase("This call is not decided."))
    return call


def _places_of_decision(call: Call) -> ColumnElement[bool]:
    """The places the decision made, and what has been offered on since."""
    visits = select(Visit.id).where(Visit.call_id == call.id)
    return and_(
        Place.visit_id.in_(visits),
        Place.kind == PlaceKind.PARTICIPANT,
        Place.offered_at >= call.decided_at,
    )


def _of_decision(call: Call) -> ColumnElement[bool]:
    return and_(
        or_(
            and_(
                Message.about_kind == Place.__tablename__,
                Message.about_id.in_(select(Place.id).where(_places_of_decision(call))),
            ),
            and_(Message.kind.in_(_ANSWERS), _about_applications(call)),
        ),
        Message.created_at >= call.decided_at,
    )


def _of_call(call: Call) -> ColumnElement[bool]:
    places = select(Place.id).join(Visit, Visit.id == Place.visit_id).where(Visit.call_id == call.id)
    about_places = and_(Message.about_kind == Place.__tablename__, Message.about_id.in_(places))
    return or_(about_places, and_(Message.kind.in_(_ANSWERS), _about_applications(call)))


def _about_applications(call: Call) -> ColumnElement[bool]:
    applications = select(Application.id).where(Application.call_id == call.id)
    return and_(Message.about_kind == Application.__tablename__, Message.about_id.in_(applications))
