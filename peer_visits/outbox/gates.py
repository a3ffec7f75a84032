"""What keeps mail back: the programme's switch, an address that bounced, people who want less of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from peer_visits.kernel.text import normal_address
from peer_visits.outbox.kinds import PROVING, UNSWITCHED, topic_of
from peer_visits.outbox.models import BouncedAddress, MailHold, Message, Unsubscription
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.storage.steps import update_if

WHY = {
    HeldFor.ADDRESS: "The address could not be reached. Mail to it waits until it is confirmed again.",
    HeldFor.SWITCH: "All mail of this programme is held.",
    HeldFor.REVIEW: "It waits for an organiser's look.",
}
# Set where mail may leave after the commit: workers are woken then.
WAKE = "mail_was_posted"
# Forgotten at the start of each transaction, and when a gate is opened or closed in it.
GATES = "mail_gates"
_LEFT = select(Unsubscription.address, Unsubscription.topic)
UNSUBSCRIBED = "This person asked for no more mails of this sort."


# The gates that other things than an organiser's look close, as conditions on rows.
_CLOSED = {
    HeldFor.ADDRESS: and_(
        exists().where(BouncedAddress.address == Message.to_address), Message.kind.not_in(sorted(PROVING))
    ),
    HeldFor.SWITCH: and_(
        exists().where(MailHold.programme_id == Message.programme_id), Message.kind.not_in(sorted(UNSWITCHED))
    ),
}


@dataclass(frozen=True)
class Gates:
    """What is closed now, read once for a transaction that may post thousands of mails."""

    switched: frozenset[uuid.UUID]
    bounced: frozenset[str]
    left: frozenset[tuple[str, str]]


def _gates(session: Session) -> Gates:
    found: Gates | None = session.info.get(GATES)
    if found is None:
        with session.no_autoflush:
            found = Gates(
                frozenset(session.scalars(select(MailHold.programme_id))),
                frozenset(session.scalars(select(BouncedAddress.address))),
                frozenset((row[0], row[1]) for row in session.execute(_LEFT)),
            )
        session.info[GATES] = found
    return found


def gate_of(session: Session, kind: str, address: str, programme_id: uuid.UUID | None) -> HeldFor | None:
    """What keeps a mail of this kind back now, if anything."""
    gates = _gates(session)
    if kind not in PROVING and normal_address(address) in gates.bounced:
        return HeldFor.ADDRESS
    if programme_id in gates.switched and kind not in UNSWITCHED:
        return HeldFor.SWITCH
    return None


def may_leave() -> ColumnElement[bool]:
    """The same as a condition on rows, for the worker's claim: a switch turned meanwhile holds at once."""
    return and_(*(not_(closed) for closed in _CLOSED.values()))


def has_unsubscribed(session: Session, kind: str, address: str) -> bool:
    """Whether somebody wants no more mails of this sort. Never true of what is essential."""
    topic = topic_of(kind)
    if topic is None:
        return False
    return (normal_address(address), topic.value) in _gates(session).left


def hold_where(session: Session, reason: HeldFor, *which: ColumnElement[bool]) -> int:
    """Hold what has not been handed over yet; returns how many mails that were."""
    return update_if(
        session,
        Message,
        *which,
        or_(
            Message.state == MessageState.QUEUED,
            and_(Message.state == MessageState.SENDING, Message.handed_over_at.is_(None)),
        ),
        state=MessageState.HELD,
        held_for=reason,
        lease_until=None,
        claim_id=None,
        why=WHY[reason],
    )


def release_where(session: Session, reason: HeldFor, *which: ColumnElement[bool]) -> int:
    """Let go what is held for this reason, or hold it for another one; returns how many mails it was about.

    A moment before which it must not leave stays: the worker minds it.
    """
    held = (Message.state == MessageState.HELD, Message.held_for == reason, *which)
    kept = 0
    for other, closed in _CLOSED.items():
        if other is not reason:
            kept += update_if(session, Message, *held, closed, held_for=other, why=WHY[other])
    session.info[WAKE] = True
    return kept + update_if(session, Message, *held, state=MessageState.QUEUED, held_for=None, why="")


def flag_address(session: Session, address: str, *, answer: str, now: datetime) -> None:
    """Note that an address could not be reached, and hold what waits to go there."""
    address = normal_address(address)
    known = session.get(BouncedAddress, address)
    if known is None:
        session.add(BouncedAddress(address=address, at=now, answer=answer[:500]))
    else:
        known.answer = answer[:500]
    session.flush()
    session.info[GATES] = None
    hold_where(session, HeldFor.ADDRESS, Message.to_address == address, Message.kind.not_in(sorted(PROVING)))


def is_any_closed(session: Session) -> bool:
    """Whether any address or switch keeps mail back at all."""
    anything = exists().select_from(BouncedAddress), exists().select_from(MailHold)
    return bool(session.scalar(select(or_(*anything))))


def hold_closed(session: Session) -> int:
    """Hold whatever waits in front of a closed gate; returns how many mails that were."""
    return sum(hold_where(session, reason, closed) for reason, closed in _CLOSED.items())


def trust_address(
    session: Session, address: str, *, instead: str | None = None, person_id: Any = None
) -> int:
    """The address was confirmed again: let go what waited for it; returns how many mails that were.

    With `instead`, the person has another address now, and what waited goes there.
    """
    address = normal_address(address)
    flagged = session.get(BouncedAddress, address)
    if flagged is None:
        return 0
    which = [Message.to_address == address]
    if instead and person_id:
        mine = (Message.person_id == person_id, Message.to_address == address)
        update_if(
            session,
            Message,
            *mine,
            Message.state == MessageState.HELD,
            Message.held_for == HeldFor.ADDRESS,
            to_address=instead,
        )
        which = [Message.person_id == person_id, Message.to_address == instead]
    else:
        session.delete(flagged)
        session.flush()
        session.info[GATES] = None
    return release_where(session, HeldFor.ADDRESS, *which)


def find_flag(session: Session, address: str) -> BouncedAddress | None:
    """What is known against an address."""
    return session.get(BouncedAddress, normal_address(address))
