"""What follows the sample visits that are over: who was there, certificates, surveys. Invented, and marked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease, AgendaSession, Attendance
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import release_content
from peer_visits.agenda.states import NotedBy
from peer_visits.demo.agenda import add_sample_agenda
from peer_visits.demo.earlier import EarlierVisit
from peer_visits.followup.certificates.services import issue_certificates
from peer_visits.followup.survey.models import SurveyTicket
from peer_visits.followup.survey.queries import find_ticket
from peer_visits.followup.survey.rules import VALUES, Question, Remark, Side
from peer_visits.followup.survey.services import answer_survey, close_survey, open_survey
from peer_visits.places.models import Place
from peer_visits.visits.models import Visit

# How many guests of each visit answered: enough to be shown, too few, and one that is just being asked.
_ANSWERED = (6, 3, None)
_USEFUL = (
    "The walk through the three places, and that we could ask the people who work there.",
    "To hear what did not work, and why.",
    "The agreement between city and associations, on two pages.",
    "",
)
_BETTER = (
    "More time for the groups; the first afternoon was full.",
    "Send the reading a week earlier.",
    "",
    "",
)


def add_what_followed(session: Session, earlier: Sequence[EarlierVisit]) -> None:
    """Attendance of all; certificates and surveys of those that ended months ago. The rest does the worker."""
    chance = random.Random("following")  # noqa: S311  (sample data, not a secret)
    for one, answered in zip(earlier, _ANSWERED, strict=True):
        ended_at = _hold(session, one, chance)
        if answered is not None:
            issue_certificates(session, actor=None, now=ended_at + timedelta(days=3), visit=one.visit)
            _ask(session, one.visit, answered, ended_at + timedelta(hours=5), chance)


def _hold(session: Session, one: EarlierVisit, chance: random.Random) -> datetime:
    """Its agenda, published before it began, and who was at which session; returns when the last one ended."""
    add_sample_agenda(session, one.visit)
    session.flush()
    sessions = list_sessions(session, one.visit.id)
    first = cast(datetime, sessions[0].starts_at)
    session.add(
        AgendaRelease(
            visit_id=one.visit.id,
            number=1,
            published_at=first - timedelta(days=14),
            published_by=one.host.id,
            content=release_content(sessions, one.visit),
        )
    )
    for place in one.places:
        for item in sessions:
            session.add(_noted(item, place, one.host, _was_there(place, len(one.places), chance)))
    session.flush()
    return max(item.ends_at for item in sessions if item.ends_at)


def _was_there(place: Place, people: int, chance: random.Random) -> bool:
    """Most at all, some at some, the last one at none."""
    seat = cast(int, place.seat)
    return seat < people and (seat <= people // 2 or chance.random() < 0.75)


def _noted(item: AgendaSession, place: Place, host: Person, was_there: bool) -> Attendance:
    return Attendance(
        session_id=item.id,
        person_id=place.person_id,
        was_there=was_there,
        how=NotedBy.LIST,
        noted_at=item.ends_at,
        noted_by=host.id,
    )


def _ask(session: Session, visit: Visit, answered: int, when: datetime, chance: random.Random) -> None:
    """A survey that so many guests have answered, and that is closed."""
    survey = open_survey(session, actor=None, now=when, visit=visit)
    guests = select(SurveyTicket.id).where(
        SurveyTicket.survey_id == survey.id, SurveyTicket.side == Side.GUEST
    )
    for ticket_id in session.scalars(guests).all()[:answered]:
        answers = {one: chance.choices(VALUES, (1, 2, 4, 8, 9, 1))[0] for one in Question}
        answer_survey(
            session,
            now=when + timedelta(days=1),
            ticket=cast(SurveyTicket, find_ticket(session, ticket_id)),
            answers=answers,
            remarks={Remark.USEFUL: chance.choice(_USEFUL), Remark.BETTER: chance.choice(_BETTER)},
        )
    session.refresh(survey, ["visit"])
    close_survey(session, now=survey.closes_at, survey=survey)
