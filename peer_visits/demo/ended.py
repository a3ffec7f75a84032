"""A sample call that is over: two visits with who was there, certificates and surveys. Invented, and marked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease, AgendaSession, Attendance
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import release_content
from peer_visits.agenda.states import NotedBy
from peer_visits.applications.models import Choice
from peer_visits.applications.rules import ApplicationContent, ChoiceContent
from peer_visits.applications.services import save_draft, take_in
from peer_visits.calls.models import Call, Programme
from peer_visits.calls.states import CallState
from peer_visits.demo.agenda import add_sample_agenda
from peer_visits.demo.dates import ZONE, add_call, add_criteria
from peer_visits.demo.past import Entry
from peer_visits.demo.people import COUNTRIES
from peer_visits.followup.certificates.services import issue_certificates
from peer_visits.followup.survey.models import SurveyTicket
from peer_visits.followup.survey.queries import find_ticket
from peer_visits.followup.survey.rules import VALUES, Question, Remark, Side
from peer_visits.followup.survey.services import answer_survey, close_survey, open_survey
from peer_visits.kernel.zones import to_wall
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.states import ShortlistState
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import DatesCertainty, VisitFormat

# How many days ago each visit ended: one with everything done, one whose survey and certificates are under way.
_ENDED = (32, 1)
_PEOPLE = 9
_WELCOME = (
    "This call, its visits, its participants and their answers are **sample data** to try the product with. "
    "The hosts are real; that these visits took place is not."
)
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


@dataclass(frozen=True)
class EndedCall:
    """What the demo shows of the time after a visit; the earlier visit first."""

    call: Call
    visits: list[Visit]


def add_ended_call(
    session: Session,
    programme: Programme,
    entries: Sequence[Entry],
    hosts: Sequence[Person],
    people: Sequence[Person],
    now: datetime,
) -> EndedCall:
    """A call that closed months ago, with two visits and nine people each, all of whom said yes."""
    chance = random.Random("ended")  # noqa: S311  (sample data, not a secret)
    call = _add_call(session, programme, now)
    visits = [
        _add_visit(session, call, position, entry, _last_day(now, ended), now)
        for position, (entry, ended) in enumerate(zip(entries, _ENDED, strict=False), start=1)
    ]
    session.flush()
    for number, (visit, host) in enumerate(zip(visits, hosts, strict=False)):
        session.add(HostMember(visit_id=visit.id, person_id=host.id))
        session.add(
            Shortlist(visit_id=visit.id, state=ShortlistState.HANDED_OVER, handed_over_at=call.closes_at)
        )
        group = people[number * _PEOPLE : (number + 1) * _PEOPLE]
        for seat, person in enumerate(group, start=1):
            _add_place(session, call, visit, person, seat)
        _hold(session, visit, host, group, chance)
    session.flush()
    _follow_up(session, visits[0], now - timedelta(days=30), chance)
    return EndedCall(call, visits)


def _last_day(now: datetime, ended: int) -> date:
    return to_wall(now, ZONE).date() - timedelta(days=ended)


def _add_call(session: Session, programme: Programme, now: datetime) -> Call:
    today = to_wall(now, ZONE).date()
    call = add_call(
        session,
        programme,
        slug=f"{today.year}-sample-call-over",
        title="Peer-learning visits: a sample call that is over",
        summary="A sample call whose visits have taken place, to show what follows them.",
        welcome=_WELCOME,
        opens=datetime.combine(today - timedelta(days=150), time(10, 0)),
        closes=datetime.combine(today - timedelta(days=120), time(23, 59, 59)),
        answers_by=today - timedelta(days=100),
        state=CallState.PUBLISHED,
        max_choices=1,
        eligible_countries=COUNTRIES,
        is_sample=True,
    )
    call.decided_at = call.answered_at = call.closes_at + timedelta(days=10)
    session.flush()
    add_criteria(session, call)
    return call


def _add_visit(session: Session, call: Call, position: int, entry: Entry, last: date, now: datetime) -> Visit:
    first = last - timedelta(days=2)
    visit = Visit(
        call_id=call.id,
        slug=entry["slug"].replace("-2021", f"-{now.year}-sample-over"),
        position=position,
        host_name=entry["host"],
        place=entry["host_place"],
        country=entry["country"],
        called_title=entry["title_as_printed"],
        topic=entry["topic"],
        format=VisitFormat.ONLINE,
        zone=entry["timezone"],
        capacity=_PEOPLE + 1,
        announced_starts_on=first,
        announced_ends_on=last,
        held_starts_on=first,
        held_ends_on=last,
        dates_certainty=DatesCertainty.CONFIRMED,
        is_sample=True,
    )
    session.add(visit)
    return visit


def _add_place(session: Session, call: Call, visit: Visit, person: Person, seat: int) -> None:
    sent = call.closes_at - timedelta(days=seat)
    content = ApplicationContent((ChoiceContent(visit.id, "A sample of a reason to come."),), {})
    application = save_draft(session, actor=person, now=sent, call_id=call.id, version=0, content=content)
    take_in(session, actor=person, now=sent, application=application, person=person, content=content)
    session.flush()
    choice_id = session.scalar(select(Choice.id).where(Choice.application_id == application.id))
    decided_at = cast(datetime, call.decided_at)
    session.add(
        Place(
            visit_id=visit.id,
            person_id=person.id,
            choice_id=choice_id,
            state=PlaceState.ACCEPTED,
            seat=seat,
            offered_at=decided_at - timedelta(minutes=1),
            answer_by=decided_at + timedelta(days=7),
            settled_at=decided_at + timedelta(days=2),
            reason="A sample.",
        )
    )


def _hold(
    session: Session, visit: Visit, host: Person, group: Sequence[Person], chance: random.Random
) -> None:
    """Its agenda, published before it began, and who was at which session: most at all, the last at none."""
    add_sample_agenda(session, visit)
    session.flush()
    sessions = list_sessions(session, visit.id)
    first = min(one.starts_at for one in sessions if one.starts_at)
    session.add(
        AgendaRelease(
            visit_id=visit.id,
            number=1,
            published_at=first - timedelta(days=14),
            published_by=host.id,
            content=release_content(sessions, visit),
        )
    )
    for number, person in enumerate(group):
        for one in sessions:
            session.add(_noted(one, person, host, _was_there(number, len(group), chance)))


def _was_there(number: int, people: int, chance: random.Random) -> bool:
    if number == people - 1:
        return False
    return number < people // 2 or chance.random() < 0.75


def _noted(one: AgendaSession, person: Person, host: Person, was_there: bool) -> Attendance:
    return Attendance(
        session_id=one.id,
        person_id=person.id,
        was_there=was_there,
        how=NotedBy.LIST,
        noted_at=one.ends_at,
        noted_by=host.id,
    )


def _follow_up(session: Session, visit: Visit, when: datetime, chance: random.Random) -> None:
    """Certificates, and a survey that most have answered and that is closed."""
    issue_certificates(session, actor=None, now=when, visit=visit)
    survey = open_survey(session, actor=None, now=when, visit=visit)
    tickets = session.scalars(select(SurveyTicket.id).where(SurveyTicket.side == Side.GUEST)).all()
    for ticket_id in tickets[:-1]:
        ticket = cast(SurveyTicket, find_ticket(session, ticket_id))
        answers = {one: chance.choices(VALUES, (1, 2, 4, 8, 9, 1))[0] for one in Question}
        remarks = {Remark.USEFUL: chance.choice(_USEFUL), Remark.BETTER: chance.choice(_BETTER)}
        answer_survey(session, now=when + timedelta(days=1), ticket=ticket, answers=answers, remarks=remarks)
    session.refresh(survey, ["visit"])
    close_survey(session, now=survey.closes_at, survey=survey)
