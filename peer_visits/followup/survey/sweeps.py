"""Surveys open when their visit ends, and close when their time is over."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.followup.survey.models import Survey
from peer_visits.followup.survey.queries import list_to_close, list_visits_to_ask
from peer_visits.followup.survey.reminders import SURVEYS
from peer_visits.followup.survey.rules import HOURS_AFTER_MORNING, OPEN_FOR
from peer_visits.followup.survey.services import close_survey, open_survey
from peer_visits.kernel.errors import Refused
from peer_visits.outbox.reminding import remind
from peer_visits.places.reminders import morning
from peer_visits.places.rules import last_day
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit


def open_due_surveys(now: datetime) -> int:
    """Open the survey of every visit that has just ended, each in a transaction of its own."""
    due = [one.id for one in list_visits_to_ask(reading(), now) if _is_due(one, now)]
    return sum(_open(visit_id, now) for visit_id in due)


def _is_due(visit: Visit, now: datetime) -> bool:
    day = last_day(visit)
    if day is None:
        return False
    opens_at = morning(day, visit.zone) + timedelta(hours=HOURS_AFTER_MORNING)
    return opens_at <= now < opens_at + OPEN_FOR / 2


def _open(visit_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            open_survey(session, actor=None, now=now, visit=session.get_one(Visit, visit_id))
    except Refused:
        return False  # another worker was first, or nobody came
    return True


def mail_surveys(now: datetime) -> int:
    """Mail open surveys to everybody asked, and remind once who has not answered; returns how many mails."""
    return remind(SURVEYS, now)


def close_due_surveys(now: datetime) -> int:
    """Close every survey whose time is over, each in a transaction of its own."""
    return sum(_close(survey_id, now) for survey_id in list_to_close(reading(), now))


def _close(survey_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            close_survey(session, now=now, survey=_survey(session, survey_id))
    except Refused:
        return False  # another worker was first
    return True


def _survey(session: Session, survey_id: uuid.UUID) -> Survey:
    query = select(Survey).where(Survey.id == survey_id).options(joinedload(Survey.visit))
    return session.scalars(query).unique().one()
