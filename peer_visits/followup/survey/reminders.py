"""Everybody asked gets the survey by mail, and one reminder while they have not answered."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.followup.survey.models import Survey, SurveyTicket
from peer_visits.followup.survey.queries import find_ticket
from peer_visits.followup.survey.rules import is_open
from peer_visits.kernel.text import phrase
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import Reminding
from peer_visits.outbox.services import Mail
from peer_visits.places.links import AnswerLinks
from peer_visits.places.messages import visit_facts


def answer_links(secret: str) -> AnswerLinks:
    """The links in the mails of surveys: each answers for one ticket."""
    return AnswerLinks(secret, "answer this survey")


def _find(session: Session, span: Span, now: datetime) -> Sequence[uuid.UUID]:
    query = (
        select(SurveyTicket.id)
        .join(Survey, Survey.id == SurveyTicket.survey_id)
        .where(
            SurveyTicket.is_answered.is_(False),
            Survey.closed_at.is_(None),
            Survey.closes_at > now,
            Survey.opened_at.between(span.first, span.last),
        )
        .order_by(SurveyTicket.id)
    )
    return session.scalars(query).all()


def _occasion(session: Session, ticket_id: uuid.UUID, now: datetime) -> Occasion | None:
    ticket = find_ticket(session, ticket_id)
    if ticket is None or ticket.is_answered:
        return None
    survey = ticket.survey
    if not is_open(survey.closes_at, survey.closed_at, now):
        return None
    return Occasion(survey.opened_at, survey.visit.call_id)


def _mails(session: Session, ticket_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion) -> list[Mail]:
    ticket = find_ticket(session, ticket_id)
    if ticket is None:
        return []
    visit = ticket.survey.visit
    return [
        Mail(
            kind="survey.invitation",
            to=session.get_one(Person, ticket.person_id),
            about=ticket,
            programme_id=visit.call.programme_id,
            call_id=visit.call_id,
            visit_id=visit.id,
            data={
                "visit": visit_facts(visit),
                "call": visit.call.title,
                "token": answer_links(session.info["mail"].secret).make(ticket.id),
                "closes_at": ticket.survey.closes_at,
                "zone": visit.zone,
            },
        )
    ]


SURVEYS = Reminding(
    phrase("When the survey of a visit opens"),
    (
        Reminder("survey.invitation", phrase("The survey"), hours=1, late_hours=96),
        Reminder("survey.reminder", phrase("Reminder of the survey"), hours=168, late_hours=96),
    ),
    "survey.invitation",
    SurveyTicket,
    _find,
    _occasion,
    _mails,
)
