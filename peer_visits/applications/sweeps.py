"""What time does to applications: drafts are reminded of before the call closes, old answers are forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.forgetting import find_due, forget_answers
from peer_visits.applications.messages import draft_reminder
from peer_visits.applications.models import Application
from peer_visits.applications.rules import REMINDERS, reminder_due
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import Stale
from peer_visits.outbox.services import is_posted, post
from peer_visits.storage.transaction import reading, writing


def remind_of_drafts(now: datetime) -> int:
    """Remind everyone whose draft is not sent, each in a transaction of its own; returns how many were."""
    return sum(_remind(application_id, now) for application_id in find_drafts_to_remind(reading(), now))


def find_drafts_to_remind(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Drafts of calls that close within the longest reminder's time."""
    query = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.state == CallState.PUBLISHED,
            Call.opens_at <= now,
            Call.closes_at > now,
            Call.closes_at <= now + timedelta(hours=max(REMINDERS)),
            Application.state == ApplicationState.DRAFT,
        )
        .order_by(Call.closes_at, Application.id)
    )
    return session.scalars(query).all()


def _remind(application_id: uuid.UUID, now: datetime) -> bool:
    """Judged again under the lock: who has sent meanwhile is not reminded, and nobody twice."""
    try:
        with writing() as session:
            application = session.get_one(Application, application_id)
            call = session.get_one(Call, application.call_id)
            hours = reminder_due(call.closes_at, application.created_at, now)
            if application.state is not ApplicationState.DRAFT or hours is None:
                return False
            person = session.get_one(Person, application.person_id)
            mail = draft_reminder(application, person, call, hours=hours)
            if is_posted(session, mail):
                return False
            post(session, mail, now=now)
            return True
    except Stale:
        return False  # another worker was first


def forget_old_answers(now: datetime) -> int:
    """Forget the answers that have been kept long enough, each call in a transaction of its own."""
    return sum(_forget(call_id, questions, now) for call_id, questions in find_due(reading(), now).items())


def _forget(call_id: uuid.UUID, questions: Sequence[uuid.UUID], now: datetime) -> int:
    with writing() as session:
        return forget_answers(session, now=now, call_id=call_id, questions=questions)
