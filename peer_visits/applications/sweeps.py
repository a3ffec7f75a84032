"""What time does to applications: drafts are reminded of before the call closes, old answers are forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from peer_visits.applications.forgetting import find_due, forget_answers
from peer_visits.applications.reminders import DRAFTS
from peer_visits.outbox.reminding import remind
from peer_visits.storage.transaction import reading, writing


def remind_of_drafts(now: datetime) -> int:
    """Remind everyone whose draft is not sent; returns how many were."""
    return remind(DRAFTS, now)


def forget_old_answers(now: datetime) -> int:
    """Forget the answers that have been kept long enough, each call in a transaction of its own."""
    return sum(_forget(call_id, questions, now) for call_id, questions in find_due(reading(), now).items())


def _forget(call_id: uuid.UUID, questions: Sequence[uuid.UUID], now: datetime) -> int:
    with writing() as session:
        return forget_answers(session, now=now, call_id=call_id, questions=questions)
