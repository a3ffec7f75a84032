"""Authors are reminded before their document is due, and once when it is overdue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.text import phrase
from peer_visits.library.messages import about_document
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import list_authors
from peer_visits.library.states import DocumentState
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import Reminding, remind
from peer_visits.outbox.services import Mail
from peer_visits.places.reminders import morning
from peer_visits.visits.models import Visit

_WANTED = (DocumentState.OWED, DocumentState.DRAFT)


def _find(session: Session, span: Span, _now: datetime) -> Sequence[uuid.UUID]:
    """Documents that are not sent in and due within the span, with a day's margin for zones."""
    margin = timedelta(days=1)
    query = (
        select(AnalyticalDocument.id)
        .join(Visit, Visit.id == AnalyticalDocument.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(
            Call.state == CallState.PUBLISHED,
            AnalyticalDocument.state.in_(_WANTED),
            AnalyticalDocument.due_on >= (span.first - margin).date(),
            AnalyticalDocument.due_on <= (span.last + margin).date(),
        )
        .order_by(AnalyticalDocument.due_on, AnalyticalDocument.id)
    )
    return session.scalars(query).all()


def _occasion(session: Session, document_id: uuid.UUID, _now: datetime) -> Occasion | None:
    document = _document(session, document_id)
    if document.state not in _WANTED or document.due_on is None:
        return None
    return Occasion(morning(document.due_on, document.visit.zone), document.visit.call_id)


def _mails(session: Session, document_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion) -> list[Mail]:
    document = _document(session, document_id)
    return [
        about_document("document.reminder", document, author, due_on=document.due_on)
        for author in list_authors(session, document.visit_id)
    ]


def _document(session: Session, document_id: uuid.UUID) -> AnalyticalDocument:
    query = select(AnalyticalDocument).where(AnalyticalDocument.id == document_id)
    return session.scalars(query.options(joinedload(AnalyticalDocument.visit))).one()


REPORTS = Reminding(
    phrase("When a report is due"),
    (
        Reminder("document.reminder", phrase("Reminder of a report"), hours=-168, late_hours=72),
        Reminder("document.overdue", phrase("Report overdue"), hours=24, late_hours=120),
    ),
    "document.reminder",
    AnalyticalDocument,
    _find,
    _occasion,
    _mails,
)


def remind_of_reports(now: datetime) -> int:
    """Remind the authors whose document is due or overdue; returns how many mails."""
    return remind(REPORTS, now)
