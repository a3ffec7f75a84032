"""Sending what is due. Every step is a conditional update, so any number of workers may run.

Plain SMTP cannot give exactly-once: between the server's 250 and our commit nobody can know. A message
is marked as handed over before it leaves; if its worker dies then, it is sent again with the same
Message-ID and flagged `may_be_twice`. One transaction notes how the last message went and marks the next,
so a dying worker leaves at most one message in doubt.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import zip_longest
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Session

from peer_visits.kernel import clock
from peer_visits.kernel.errors import Stale
from peer_visits.kernel.ids import new_id
from peer_visits.outbox.gates import flag_address, may_leave
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import render_if_changed, withdraw_if_gone
from peer_visits.outbox.rules import is_hopeless, next_try, room_left
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import NoWay, Postponed, Rejected, Transport
from peer_visits.storage.steps import update_if
from peer_visits.storage.transaction import Marking, marking, reading, writing

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 100
# The table itself, and two statements made once: they run for every mail.
_ROWS: Table = cast(Table, Message.__table__)
_OURS = (
    _ROWS.c.id == bindparam("its_id"),
    _ROWS.c.state == MessageState.SENDING,
    _ROWS.c.claim_id == bindparam("our_claim"),
)
_HAND_OVER = (
    _ROWS.update()
    .where(*_OURS)
    .values(handed_over_at=bindparam("now"), lease_until=bindparam("until"), attempts=_ROWS.c.attempts + 1)
)
_SENT = (
    _ROWS.update()
    .where(*_OURS)
    .values(
        state=MessageState.SENT,
        sent_at=bindparam("now"),
        lease_until=None,
        claim_id=None,
        last_error="",
        why="",
    )
)
_RELEASE = (
    _ROWS.update()
    .where(_ROWS.c.state == MessageState.SENDING, _ROWS.c.lease_until < bindparam("now"))
    .values(
        state=MessageState.QUEUED,
        lease_until=None,
        claim_id=None,
        may_be_twice=_ROWS.c.may_be_twice | _ROWS.c.handed_over_at.is_not(None),
        handed_over_at=None,
    )
)
_RATE_LOCK = 7_303_014  # any number that nothing else in the database uses


@dataclass(frozen=True)
class Round:
    """What a round came to: how many mails were taken, and whether there was no way out at all."""

    taken: int
    no_way: bool = False


@dataclass(frozen=True)
class _Outcome:
    """How it went with one message: the values its row gets."""

    message_id: uuid.UUID
    values: dict[str, Any]
    bounced_address: str = ""


def send_due(
    transport: Transport,
    *,
    lease: timedelta = LEASE,
    per_minute: int = 0,
    stopping: Callable[[], bool] = lambda: False,
) -> Round:
    """Send one batch of what is due. What is not reached is let go.

    A failure of the machine may undo a claim: then nobody holds the mail, and it is claimed again.
    """
    with writing(relaxed=True) as session:
        release_expired(session, clock.now())
        claim = claim_due(session, clock.now(), lease, per_minute=per_minute)
    if not claim.messages:
        return Round(0)
    with marking() as marks:
        sender = _Sender(transport, claim.id, lease, marks)
        try:
            no_way = sender.send(claim.messages, stopping)
        finally:
            if sender.reached < len(claim.messages):
                _let_go(claim.id)
    return Round(len(claim.messages), no_way)


def release_expired(session: Session, now: datetime) -> int:
    """Give back what a dead worker held; what it may have sent already is flagged. Refreshes no loaded message."""
    return int(session.connection().execute(_RELEASE, {"now": now}).rowcount)


@dataclass(frozen=True)
class Claim:
    """Messages that one worker has taken, detached from the database, under an id of their own."""

    id: uuid.UUID
    messages: list[Message]


def claim_due(session: Session, now: datetime, lease: timedelta, *, per_minute: int = 0) -> Claim:
    """Take the oldest due messages that nothing keeps back, until the lease ends."""
    claim_id = new_id()
    due = (
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.not_before <= now, may_leave())
        .order_by(Message.not_before, Message.created_at)
        .limit(_room(session, now, per_minute))
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(due).all()
    if not taken:
        return Claim(claim_id, [])
    claim = (
        update(Message)
        .where(Message.id.in_(taken))
        .values(state=MessageState.SENDING, lease_until=now + lease, claim_id=claim_id, handed_over_at=None)
        .returning(Message)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    found = session.scalars(claim).all()
    session.expunge_all()  # no transaction stays open while talking to the server
    return Claim(claim_id, sorted(found, key=lambda one: (one.not_before, one.created_at)))


def _room(session: Session, now: datetime, per_minute: int) -> int:
    """How many may be taken, counted over all workers: what left in the last minute and what is about to."""
    if not per_minute:
        return BATCH
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RATE_LOCK})
    lately = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            or_(
                Message.handed_over_at > now - timedelta(minutes=1),
                (Message.state == MessageState.SENDING) & Message.handed_over_at.is_(None),
            )
        )
    )
    return room_left(per_minute, lately or 0, BATCH)


class _Sender:
    """One worker with one claim."""

    def __init__(self, transport: Transport, claim_id: uuid.UUID, lease: timedelta, marks: Marking) -> None:
        self._transport = transport
        self._claim_id = claim_id
        self._lease = lease
        self._marks = marks
        # How it went with the last one, until the database knows; and where the one at hand goes to.
        self._last: _Outcome | None = None
        self._address = ""
        self.reached = 0

    def send(self, messages: Sequence[Message], stopping: Callable[[], bool]) -> bool:
        """Send one after another; whether the way out was lost."""
        try:
            for message, following in zip_longest(messages, messages[1:]):
                if stopping():
                    break
                self._last = self._deliver(message, following) or self._last
                self.reached += 1
        except NoWay as reason:
            self._step_lightly(None, clock.now())
            self._postpone_all(str(reason))
            return True
        finally:
            if self._last:
                self._step_lightly(None, clock.now())
        return False

    def _deliver(self, message: Message, following: Message | None) -> _Outcome | None:
        """None if there was nothing to deliver."""
        try:
            left = self._transport.deliver(message, partial(self._step, message), following)
        except NoWay:
            raise
        except Postponed as reason:
            later = _later(message.attempts + 1, str(reason), clock.now())
            if reason.in_doubt:
                later["may_be_twice"] = True
            return _Outcome(message.id, later)
        except Rejected as reason:
            failed = {"state": MessageState.FAILED, "last_error": str(reason)}
            return _Outcome(message.id, failed, self._address if reason.is_the_address else "")
        return _Outcome(message.id, {"state": MessageState.SENT, "sent_at": clock.now()}) if left else None

    def _step(self, message: Message) -> Message | None:
        """In one transaction: note how the last one went, and mark the next as about to leave.

        These marks have to outlive this process, not a failure of the machine: after one, what left last may leave
        again. None if the next is no longer ours, or no longer true.
        """
        now = clock.now()
        ready = self._step_lightly(message, now) if _needs_no_look(message) else self._look(message, now)
        self._address = ready.to_address if ready else ""
        return ready

    def _look(self, message: Message, now: datetime) -> Message | None:
        try:
            with writing(relaxed=True) as session:
                if self._last:
                    self._settle(session.connection(), self._last)
                ready = self._look_and_hand_over(session, message, now)
        except Stale:
            return self._step_lightly(None, now)  # somebody acted on it meanwhile
        except Exception as error:
            # One mail that cannot be judged must not keep the others from leaving.
            log.exception("mail %s could not be looked at", message.id)
            self._step_lightly(None, now)
            tries = message.attempts + 1
            later = _later(tries, f"not judged: {type(error).__name__}", now)
            self._last = _Outcome(message.id, {**later, "attempts": tries})
            return None
        self._forget_last(now)
        return ready

    def _step_lightly(self, message: Message | None, now: datetime) -> Message | None:
        with self._marks.transaction() as connection:
            if self._last:
                self._settle(connection, self._last)
            ready = message if message and self._hand_over(connection, message, now) else None
        self._forget_last(now)
        return ready

    def _forget_last(self, now: datetime) -> None:
        last, self._last = self._last, None
        if last and last.bounced_address:
            with writing() as session:
                flag_address(session, last.bounced_address, answer=last.values["last_error"], now=now)

    def _settle(self, connection: Connection, outcome: _Outcome) -> None:
        ours = {"its_id": outcome.message_id, "our_claim": self._claim_id}
        if outcome.values["state"] is MessageState.SENT:
            connection.execute(_SENT, {**ours, "now": outcome.values["sent_at"]})
        else:
            values = {"lease_until": None, "claim_id": None, **outcome.values}
            connection.execute(_ROWS.update().where(*_OURS).values(**values), ours)

    def _hand_over(self, connection: Connection, message: Message, now: datetime) -> bool:
        values = {"its_id": message.id, "our_claim": self._claim_id, "now": now, "until": now + self._lease}
        return connection.execute(_HAND_OVER, values).rowcount == 1

    def _look_and_hand_over(self, session: Session, message: Message, now: datetime) -> Message | None:
        """Judge once more what a mail tells, at the last moment: withdraw it, or write it anew."""
        fresh = session.get(Message, message.id)
        if fresh is None or fresh.claim_id != self._claim_id or withdraw_if_gone(session, fresh, now):
            return None
        if render_if_changed(session, fresh):
            session.flush()
        handed_over = self._hand_over(session.connection(), fresh, now)
        session.expunge(fresh)
        return fresh if handed_over else None

    def _postpone_all(self, reason: str) -> None:
        """No way out: everything taken comes back later, and nothing of it was handed over."""
        now = clock.now()
        with self._marks.transaction() as connection:
            rows = connection.execute(
                select(_ROWS.c.id, _ROWS.c.attempts, _ROWS.c.handed_over_at).where(
                    _ROWS.c.claim_id == self._claim_id
                )
            ).all()
            for message_id, attempts, handed_over_at in rows:
                tries = attempts if handed_over_at else attempts + 1
                self._settle(
                    connection, _Outcome(message_id, _later(tries, reason, now) | {"attempts": tries})
                )


def _needs_no_look(message: Message) -> bool:
    """Nothing that it tells can have changed, and it does not come too late."""
    reasons = reading().info.get("mail_reasons", {})
    return message.kind not in reasons and message.not_after is None and message.copy_of is None


def _later(attempts: int, reason: str, now: datetime) -> dict[str, Any]:
    """The values of a message that comes back later, or that has come back for a whole day."""
    if is_hopeless(attempts):
        return {"state": MessageState.FAILED, "last_error": f"no success in 24 hours; {reason}"[:500]}
    return {
        "state": MessageState.QUEUED,
        "not_before": next_try(attempts, now),
        "handed_over_at": None,
        "last_error": reason[:500],
    }


def _let_go(claim_id: uuid.UUID) -> None:
    """Queue again what was claimed and never handed over, as at an orderly stop."""
    with writing(relaxed=True) as session:
        update_if(
            session,
            Message,
            Message.claim_id == claim_id,
            Message.state == MessageState.SENDING,
            Message.handed_over_at.is_(None),
            state=MessageState.QUEUED,
            lease_until=None,
            claim_id=None,
        )
