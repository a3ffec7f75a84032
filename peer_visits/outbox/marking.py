"""What a worker writes about the mails of its claim: that they are handed over, and how it went.

Every statement holds only for mails that are still the claim's. They are made once, on the table itself, because
they run all the time.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session, defer

from peer_visits.outbox.models import Message
from peer_visits.outbox.rules import is_hopeless, next_try
from peer_visits.outbox.states import MessageState

_ROWS: Table = cast(Table, Message.__table__)
_MINE = (_ROWS.c.state == MessageState.SENDING, _ROWS.c.claim_id == bindparam("our_claim"))
_ONE_OF_MINE = (_ROWS.c.id == bindparam("its_id"), *_MINE)
_THESE_OF_MINE = (_ROWS.c.id.in_(bindparam("their_ids", expanding=True)), *_MINE)
# As they are judged and written: without what is known from the claim, or told of mails that left or waited.
_TO_JUDGE = (
    select(Message)
    .where(*_THESE_OF_MINE)
    .options(
        *(
            defer(column)
            for column in (
                Message.key,
                Message.edited_by,
                Message.held_for,
                Message.why,
                Message.not_before,
                Message.lease_until,
                Message.claim_id,
                Message.may_be_twice,
                Message.last_error,
                Message.sent_at,
            )
        )
    )
)
_HAND_OVER = (
    _ROWS.update()
    .where(*_THESE_OF_MINE)
    .values(handed_over_at=bindparam("now"), lease_until=bindparam("until"), attempts=_ROWS.c.attempts + 1)
    .returning(_ROWS.c.id)
)
_TAKE_BACK = _ROWS.update().where(*_THESE_OF_MINE).values(handed_over_at=None, attempts=_ROWS.c.attempts - 1)
_SENT = (
    _ROWS.update()
    .where(*_ONE_OF_MINE)
    .values(
        state=MessageState.SENT,
        sent_at=bindparam("now"),
        lease_until=None,
        claim_id=None,
        last_error="",
        why="",
    )
)


@dataclass(frozen=True)
class Outcome:
    """How it went with one message: the values its row gets."""

    message_id: uuid.UUID
    values: dict[str, Any]
    bounced_address: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether the server took it."""
        return self.values["state"] is MessageState.SENT


def read_claimed(session: Session, claim_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Message]:
    """These messages as they read now, those that are still the claim's."""
    mine = {"their_ids": ids, "our_claim": claim_id}
    return {one.id: one for one in session.scalars(_TO_JUDGE, mine)}


def hand_over(
    session: Session, claim_id: uuid.UUID, ids: Sequence[uuid.UUID], *, now: datetime, until: datetime
) -> set[uuid.UUID]:
    """Mark messages as about to leave, with a lease until then; those that could be marked."""
    values = {"their_ids": ids, "our_claim": claim_id, "now": now, "until": until}
    return set(session.connection().execute(_HAND_OVER, values).scalars())


def take_back(session: Session, claim_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> None:
    """Undo the marks of messages that were not given after all."""
    if ids:
        session.connection().execute(_TAKE_BACK, {"our_claim": claim_id, "their_ids": list(ids)})


def note_outcomes(session: Session, claim_id: uuid.UUID, outcomes: Sequence[Outcome]) -> None:
    """Write down how it went; all that were sent by one statement."""
    connection, ours = session.connection(), {"our_claim": claim_id}
    sent = [
        {**ours, "its_id": one.message_id, "now": one.values["sent_at"]} for one in outcomes if one.is_sent
    ]
    if sent:
        connection.execute(_SENT, sent)
    for one in outcomes:
        if not one.is_sent:
            values = {"lease_until": None, "claim_id": None, **one.values}
            update = _ROWS.update().where(*_ONE_OF_MINE).values(**values)
            connection.execute(update, {**ours, "its_id": one.message_id})


def comes_back(message_id: uuid.UUID, attempts: int, reason: str, now: datetime) -> Outcome:
    """The outcome of a message that was claimed and could not be given to the server at all."""
    return Outcome(message_id, {**values_later(attempts, reason, now), "attempts": attempts})


def values_later(attempts: int, reason: str, now: datetime) -> dict[str, Any]:
    """The values of a message that comes back later, or that has come back for a whole day."""
    if is_hopeless(attempts):
        return {"state": MessageState.FAILED, "last_error": f"no success in 24 hours; {reason}"[:500]}
    return {
        "state": MessageState.QUEUED,
        "not_before": next_try(attempts, now),
        "handed_over_at": None,
        "last_error": reason[:500],
    }
