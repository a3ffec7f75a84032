"""Answering surveys in tests."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.followup.survey.models import Survey, SurveyTicket
from peer_visits.followup.survey.queries import find_ticket
from peer_visits.followup.survey.rules import Question, Remark, Side
from peer_visits.followup.survey.services import answer_survey, close_survey, open_survey
from tests.support.factories import NOW
from tests.support.followup_factories import Ended, make_ended_visit


def all_of(value: int) -> dict[Question, int]:
    """The same value for every question."""
    return dict.fromkeys(Question, value)


def answer(session: Session, ticket_id: object, value: int, words: str = "") -> None:
    """One answer by a ticket."""
    ticket = find_ticket(session, ticket_id)  # type: ignore[arg-type]
    assert ticket is not None
    remarks = {Remark.USEFUL: words} if words else {}
    answer_survey(session, now=NOW, ticket=ticket, answers=all_of(value), remarks=remarks)


def tickets(session: Session, survey: Survey, side: Side) -> list[object]:
    """The tickets of a side, by the name of whom they are for."""
    query = (
        select(SurveyTicket.id)
        .join(Person, Person.id == SurveyTicket.person_id)
        .where(SurveyTicket.survey_id == survey.id, SurveyTicket.side == side)
        .order_by(Person.name)
    )
    return list(session.scalars(query))


def make_survey(
    session: Session,
    guests: int,
    values: Iterable[int],
    *,
    team: int = 1,
    closed: bool = False,
    **more: object,
) -> tuple[Ended, Survey]:
    """An ended visit with so many guests, of whom the first answer with these values."""
    came = {f"Guest {number}": (1, 3) for number in range(guests)}
    ended = make_ended_visit(session, came, team=team, **more)  # type: ignore[arg-type]
    survey = open_survey(session, actor=None, now=NOW, visit=ended.visit)
    for value, ticket_id in zip(values, tickets(session, survey, Side.GUEST), strict=False):
        answer(session, ticket_id, value, f"Words {value}")
    if closed:
        close(session, survey)
    return ended, survey


def close(session: Session, survey: Survey) -> None:
    """Close it now."""
    session.refresh(survey, ["visit"])
    close_survey(session, now=NOW, survey=survey)
    session.expire_all()
