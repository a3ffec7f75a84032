"""Everybody asked gets the survey by mail, and one reminder while they have not answered.

Whoever took part is asked by the mail that thanks them; this one is for the host's team, and where that left it out.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.followup.survey.models import Survey, SurveyTicket
from peer_visits.followup.survey.queries import find_place_of_ticket, find_ticket
from peer_visits.followup.survey.rules import HOURS_AFTER_MORNING, is_open
from peer_visits.kernel.text import phrase
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import THANKS, Reminding, told_at
from peer_visits.outbox.services import Mail
from peer_visits.places.links import AnswerLinks
from peer_visits.places.messages import visit_facts
from peer_visits.places.reminders import REST, morning
from peer_visits.places.rules import last_day

INVITATION = "survey.invitation"


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
            Survey.opened_at.between(span.first - timedelta(days=1), span.last),
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
    return Occasion(asked_from(survey), survey.visit.call_id, known_at=_known_at(session, ticket))


def asked_from(survey: Survey) -> datetime:
    """When the mails begin: the morning after the visit for what opened in its last hours, else at once."""
    day = last_day(survey.visit)
    if day is None:
        return survey.opened_at
    first = morning(day, survey.visit.zone)
    opens_by_itself, next_morning = first + timedelta(hours=HOURS_AFTER_MORNING), first + timedelta(days=1)
    return next_morning if opens_by_itself <= survey.opened_at < next_morning else survey.opened_at


def _known_at(session: Session, ticket: SurveyTicket) -> datetime | None:
    """From when on somebody is reminded who was asked by the mail that thanked them."""
    place = find_place_of_ticket(session, ticket)
    token = answer_links(session.info["mail"].secret).make(ticket.id)
    told = told_at(session, THANKS, place, token) if place else None
    return told + REST if told else None


def _mails(session: Session, ticket_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion) -> list[Mail]:
    ticket = find_ticket(session, ticket_id)
    if ticket is None:
        return []
    visit = ticket.survey.visit
    return [
        Mail(
            kind=INVITATION,
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
        Reminder(INVITATION, phrase("The survey"), hours=1, late_hours=96),
        Reminder("survey.reminder", phrase("Reminder of the survey"), hours=168, late_hours=96),
    ),
    INVITATION,
    SurveyTicket,
    _find,
    _occasion,
    _mails,
)
