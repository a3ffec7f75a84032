"""Opening, answering and closing a survey."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.queries.attendance import read_register
from peer_visits.audit.services import record
from peer_visits.calls.models import Programme
from peer_visits.followup.survey.models import Survey, SurveyRemark, SurveySide, SurveyTally, SurveyTicket
from peer_visits.followup.survey.queries import find_survey, is_cell, last_pool, list_small_sides
from peer_visits.followup.survey.rules import (
    LONGEST,
    OPEN_FOR,
    VALUES,
    Question,
    Remark,
    Side,
    is_open,
    may_be_pooled,
)
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.places.states import PlaceKind
from peer_visits.storage.steps import update_if, update_one
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole


def open_survey(session: Session, *, actor: Person | None, now: datetime, visit: Visit) -> Survey:
    """Ask everybody who took part and is not known to have stayed away, and the host's team.

    Raises Refused when it was opened before, or when nobody took part.
    """
    if find_survey(session, visit.id):
        raise Refused(phrase("The survey of this visit was opened already."))
    asked = _whom_to_ask(session, visit)
    if Side.GUEST not in asked.values():
        raise Refused(phrase("Nobody took part whom the survey could ask."))
    survey = Survey(visit_id=visit.id, opened_at=now, closes_at=now + OPEN_FOR)
    session.add(survey)
    session.flush()
    session.add_all(
        SurveySide(survey_id=survey.id, side=side, invited=list(asked.values()).count(side)) for side in Side
    )
    session.add_all(
        SurveyTicket(survey_id=survey.id, person_id=one, side=side) for one, side in asked.items()
    )
    session.add_all(
        SurveyTally(survey_id=survey.id, side=side, question=question, value=value)
        for side in Side
        for question in Question
        for value in VALUES
    )
    session.flush()
    _record(session, actor, now, "survey.opened", survey, visit)
    return survey


def _whom_to_ask(session: Session, visit: Visit) -> dict[uuid.UUID, Side]:
    register = read_register(session, visit.id)
    guests = {
        place.person_id: Side.GUEST
        for place in register.participants
        if place.kind is not PlaceKind.SPEAKER and not register.is_no_show(place)
    }
    team = select(HostMember.person_id).where(
        HostMember.visit_id == visit.id, HostMember.role != HostRole.EXPERT
    )
    return {**guests, **dict.fromkeys(session.scalars(team), Side.HOST)}


def answer_survey(
    session: Session,
    *,
    now: datetime,
    ticket: SurveyTicket,
    answers: Mapping[Question, int],
    remarks: Mapping[Remark, str],
) -> None:
    """Count an answer once, for whoever holds the ticket. Raises Refused when it is too late or not the first.

    There is no line in the log and no moment on any row: together with the answer either would tell whose it is.
    """
    survey, side = ticket.survey, ticket.side
    if not is_open(survey.closes_at, survey.closed_at, now):
        raise Refused(phrase("The survey is closed; it takes no answers any more."))
    mine = (SurveyTicket.id == ticket.id, SurveyTicket.is_answered.is_(False))
    if not update_if(session, SurveyTicket, *mine, is_answered=True):
        raise Refused(
            phrase("You have answered already. Nobody can tell which answer is yours, so it stays.")
        )
    of_side = (SurveySide.survey_id == survey.id, SurveySide.side == side)
    update_one(session, SurveySide, *of_side, answered=SurveySide.answered + 1)
    counts = (SurveyTally.survey_id == survey.id, SurveyTally.side == side, is_cell(answers))
    update_if(session, SurveyTally, *counts, number=SurveyTally.number + 1)
    session.add_all(
        SurveyRemark(survey_id=survey.id, side=side, question=question, words=words)
        for question, words in remarks.items()
        if words
    )


def close_survey(session: Session, *, now: datetime, survey: Survey) -> None:
    """End it: forget who was asked and who answered, and add small sides up where enough come together.

    Raises Stale if another worker was first.
    """
    programme_id = survey.visit.call.programme_id
    session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update())
    update_one(session, Survey, Survey.id == survey.id, Survey.closed_at.is_(None), closed_at=now)
    session.execute(delete(SurveyTicket).where(SurveyTicket.survey_id == survey.id))
    for side in Side:
        _pool(session, programme_id, side)
    _record(session, None, now, "survey.closed", survey, survey.visit)


def _pool(session: Session, programme_id: uuid.UUID, side: Side) -> None:
    small = list_small_sides(session, programme_id, side)
    if may_be_pooled(one.answered for one in small):
        number = last_pool(session, programme_id) + 1
        for one in small:
            one.pool = number
        session.flush()


def set_closing(
    session: Session, *, actor: Person, now: datetime, survey: Survey, version: int, closes_at: datetime
) -> None:
    """Move the end of an open survey. Raises Refused once it is closed, and for a moment that is past or far away."""
    if not is_open(survey.closes_at, survey.closed_at, now):
        raise Refused(phrase("The survey is closed, and what is closed stays closed."), field="closes_on")
    if closes_at <= now:
        raise Refused(phrase("This day is over. Choose today or a later day."), field="closes_on")
    if closes_at > survey.opened_at + LONGEST:
        raise Refused(phrase("A survey is open for at most 60 days."), field="closes_on")
    update_one(
        session,
        Survey,
        Survey.id == survey.id,
        Survey.version == version,
        closes_at=closes_at,
        version=version + 1,
    )
    _record(session, actor, now, "survey.closing_set", survey, survey.visit)


def _record(
    session: Session, actor: Person | None, now: datetime, action: str, survey: Survey, visit: Visit
) -> None:
    programme_id = visit.call.programme_id
    record(session, actor=actor, now=now, action=action, subject=survey, programme_id=programme_id)
