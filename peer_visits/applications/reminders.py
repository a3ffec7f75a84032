"""Holders of drafts are reminded before their call closes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.messages import draft_reminder
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.text import phrase
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import Reminding
from peer_visits.outbox.services import Mail


def _find(session: Session, span: Span, now: datetime) -> Sequence[uuid.UUID]:
    """Drafts of open calls that close within the span."""
    query = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.state == CallState.PUBLISHED,
            Call.opens_at <= now,
            Call.closes_at > now,
            Call.closes_at <= span.last,
            Application.state == ApplicationState.DRAFT,
        )
        .order_by(Call.closes_at, Application.id)
    )
    return session.scalars(query).all()


def _occasion(session: Session, application_id: uuid.UUID, now: datetime) -> Occasion | None:
    application = session.get_one(Application, application_id)
    call = session.get_one(Call, application.call_id)
    if application.state is not ApplicationState.DRAFT or call.closes_at <= now:
        return None
    # Somebody who began after the reminder's moment sits at the form and needs no mail.
    return Occasion(call.closes_at, call.id, known_at=application.created_at)


def _mails(
    session: Session, application_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion
) -> list[Mail]:
    application = session.get_one(Application, application_id)
    call = session.get_one(Call, application.call_id)
    return [draft_reminder(application, session.get_one(Person, application.person_id), call)]


DRAFTS = Reminding(
    phrase("Before the call closes"),
    (
        Reminder("application.reminder", phrase("First reminder of a draft"), hours=-72, late_hours=36),
        Reminder("application.reminder_last", phrase("Last reminder of a draft"), hours=-24, late_hours=22),
    ),
    "application.reminder",
    Application,
    _find,
    _occasion,
    _mails,
)
