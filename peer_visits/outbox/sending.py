"""Sending what is due: claimed by the hundred, judged and marked by the handful, given one after another.

Plain SMTP cannot give exactly-once: between the server's 250 and our commit nobody can know. Mails are marked
as handed over before they leave, and how it went is noted after; if their worker dies in between, they are sent again
with the same Message-ID and flagged `may_be_twice`. One commit for each mark and each 250 would cost more than sending
does, so a handful shares both: as many mails as leave within `WINDOW`, and never more than `MOST`. Before a
server that takes longer than that for each, a handful is one mail.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.kernel import clock
from peer_visits.kernel.errors import Stale
from peer_visits.outbox.claiming import Claim, claim_due, let_go, release_expired
from peer_visits.outbox.gates import flag_address
from peer_visits.outbox.marking import (
    Outcome,
    comes_back,
    hand_over,
    note_outcomes,
    read_claimed,
    take_back,
    values_later,
)
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import keep_true, load_records
from peer_visits.outbox.rules import next_handful
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import NoWay, Postponed, Rejected, Transport
from peer_visits.storage.transaction import writing

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
# How long a mail waits, at most, for others that are noted with it, in seconds; and how many those are.
WINDOW = 0.2
MOST = 50


@dataclass
class Pace:
    """How many mails a worker marks at once, learnt from how fast its server took the last ones."""

    handful: int = 1


@dataclass(frozen=True)
class Round:
    """What a round came to: how many mails were taken, and whether there was no way out at all."""

    taken: int
    no_way: bool = False


def send_due(
    transport: Transport,
    *,
    lease: timedelta = LEASE,
    per_minute: int = 0,
    pace: Pace | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Round:
    """Send what is due, up to a claim of it. What is not reached is let go. Who sends on and on hands in its pace.

    A failure of the machine may undo a claim: then nobody holds the mail, and it is claimed again.
    """
    with writing(relaxed=True) as session:
        release_expired(session, clock.now())
        claim = claim_due(session, clock.now(), lease, per_minute=per_minute)
    if not claim.message_ids:
        return Round(0)
    sender = _Sender(transport, claim, lease, pace or Pace(), stopping)
    try:
        no_way = sender.send()
    finally:
        if sender.waiting:
            with writing(relaxed=True) as session:
                let_go(session, claim)
    return Round(len(claim.message_ids), no_way)


class _Sender:
    """One worker with one claim."""

    def __init__(
        self,
        transport: Transport,
        claim: Claim,
        lease: timedelta,
        pace: Pace,
        stopping: Callable[[], bool],
    ) -> None:
        self._transport = transport
        self._claim_id = claim.id
        self._lease = lease
        self._pace = pace
        self._stopping = stopping
        self._unsettled: list[Outcome] = []
        self.waiting = list(claim.message_ids)

    def send(self) -> bool:
        """Send one handful after another; whether the way out was lost."""
        pace = self._pace
        try:
            while self.waiting and not self._stopping():
                self._transport.open()
                handful = pace.handful
                taken, self.waiting = self.waiting[:handful], self.waiting[handful:]
                ready = self._ready(taken)
                begun = time.monotonic()
                done = self._give(ready)
                took = time.monotonic() - begun
                pace.handful = next_handful(handful, done, took, window=WINDOW, most=MOST)
        except NoWay as reason:
            self._postpone_all(str(reason))
            return True
        return False

    def _ready(self, taken: Sequence[uuid.UUID]) -> list[Message]:
        """Judged and marked as about to leave, those that are still ours and still true, as they read now.

        If one of them cannot be judged, each is judged alone: it must not keep the others from leaving.
        """
        try:
            with writing(relaxed=True) as session:
                return self._judge_and_mark(session, taken, clock.now())
        except Exception as error:
            if len(taken) > 1:
                return [message for one in taken for message in self._ready([one])]
            if not isinstance(error, Stale):  # else somebody acted on it meanwhile
                log.exception("mail %s could not be looked at", taken[0])
                self._come_back_later(taken[0], f"not judged: {type(error).__name__}")
            return []

    def _judge_and_mark(self, session: Session, taken: Sequence[uuid.UUID], now: datetime) -> list[Message]:
        found = read_claimed(session, self._claim_id, taken)
        records = load_records(session, found.values())
        true = [one for one in taken if one in found and keep_true(session, found[one], now)]
        del records  # the session holds them weakly: they had to be kept until here
        session.flush()
        marked = hand_over(session, self._claim_id, true, now=now, until=now + self._lease)
        ready = [found[one] for one in true if one in marked]
        for message in ready:
            session.expunge(message)  # no transaction stays open while talking to the server
        return ready

    def _give(self, messages: Sequence[Message]) -> int:
        """Give them to the server as long as the window is open, and note how it went; returns how many were given."""
        left, closes = list(messages), time.monotonic() + WINDOW
        try:
            while left:
                self._transport.open()
                message = left.pop(0)
                goes_on = bool(left) and time.monotonic() < closes and not self._stopping()
                outcome = self._deliver(message, left[0] if goes_on else None)
                self._unsettled.append(outcome)
                if not outcome.is_sent:
                    self._settle()
                if not goes_on:
                    break
        finally:
            self._settle(left_over=[one.id for one in left])
            self.waiting[:0] = [one.id for one in left]
        return len(messages) - len(left)

    def _deliver(self, message: Message, following: Message | None) -> Outcome:
        try:
            self._transport.deliver(message, following)
        except Postponed as reason:
            values = values_later(message.attempts + 1, str(reason), clock.now())
            if reason.in_doubt:
                values["may_be_twice"] = True
            return Outcome(message.id, values)
        except Rejected as reason:
            failed = {"state": MessageState.FAILED, "last_error": str(reason)}
            return Outcome(message.id, failed, message.to_address if reason.is_the_address else "")
        return Outcome(message.id, {"state": MessageState.SENT, "sent_at": clock.now()})

    def _settle(self, *, left_over: Sequence[uuid.UUID] = ()) -> None:
        """Note in one transaction how it went, and take back the marks of what was not given after all.

        These notes have to outlive this process, not a failure of the machine: after one, what left last may leave
        again.
        """
        outcomes, self._unsettled = self._unsettled, []
        if not outcomes and not left_over:
            return
        with writing(relaxed=True) as session:
            note_outcomes(session, self._claim_id, outcomes)
            take_back(session, self._claim_id, left_over)
        _flag_bounced(outcomes)

    def _come_back_later(self, message_id: uuid.UUID, reason: str) -> None:
        """For what was claimed and not handed over."""
        with writing(relaxed=True) as session:
            attempts = session.scalars(select(Message.attempts).where(Message.id == message_id)).one()
        self._unsettled.append(comes_back(message_id, attempts + 1, reason, clock.now()))
        self._settle()

    def _postpone_all(self, reason: str) -> None:
        """No way out: everything taken comes back later, and nothing of it was handed over."""
        query = select(Message.id, Message.attempts).where(Message.claim_id == self._claim_id)
        with writing(relaxed=True) as session:
            rows = session.execute(query).all()
        self._unsettled += [
            comes_back(message_id, attempts + 1, reason, clock.now()) for message_id, attempts in rows
        ]
        self._settle()
        self.waiting.clear()


def _flag_bounced(outcomes: Sequence[Outcome]) -> None:
    for one in outcomes:
        if one.bounced_address:
            with writing() as session:
                flag_address(session, one.bounced_address, answer=one.values["last_error"], now=clock.now())
