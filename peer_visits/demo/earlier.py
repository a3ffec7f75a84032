"""A sample call of last year, whose people have been asked since what came of their visits. Invented, and marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.rules import ApplicationContent, ChoiceContent
from peer_visits.calls.models import Call, Programme
from peer_visits.calls.states import CallState
from peer_visits.demo.applying import send_application
from peer_visits.demo.dates import ZONE, add_call
from peer_visits.demo.past import Entry
from peer_visits.followup.commitments.rules import add_months
from peer_visits.kernel.zones import to_wall
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.questions.starting import add_starting_questions
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import DatesCertainty, VisitFormat

SLUG = "earlier-sample-call"
# Which of the ten invite, and how many months ago their visits ended: people were asked about one twice, are being
# asked about the next, and have just come home from the last.
_VISITS = (("tampere-2021", 7), ("rotterdam-2021", 3), ("vantaa-2021", 0))
CAPACITY = 8
_WELCOME = "This call, its visits, the people who came and what they wrote are **sample data** to try the product with."
_MOTIVATION = "We have an empty school by the river, and neighbours who want it."


@dataclass(frozen=True)
class EarlierVisit:
    """A visit that is over, its host, and the places of those who came, by seat."""

    visit: Visit
    host: Person
    places: list[Place]


def add_earlier_visits(
    session: Session,
    programme: Programme,
    entries: list[Entry],
    people: list[Person],
    hosts: dict[str, Person],
    now: datetime,
) -> list[EarlierVisit]:
    """Three visits with eight people each; `hosts` are by the slug of their entry."""
    today = to_wall(now, ZONE).date()
    opens = datetime.combine(add_months(today, -13), time(10, 0))
    call = add_call(
        session,
        programme,
        slug=SLUG,
        title="Peer-learning visits of last year",
        summary="A sample call that is over: what came after its visits.",
        welcome=_WELCOME,
        opens=opens,
        closes=opens + timedelta(days=28, hours=13, minutes=59, seconds=59),
        answers_by=(opens + timedelta(days=60)).date(),
        state=CallState.PUBLISHED,
        max_choices=2,
        is_sample=True,
    )
    session.flush()
    call.decided_at = call.answered_at = call.closes_at + timedelta(days=30)
    add_starting_questions(session, call.id)
    by_slug = {entry["slug"]: entry for entry in entries}
    found = []
    for position, (slug, months) in enumerate(_VISITS, start=1):
        last_day = add_months(today, -months) - timedelta(days=2)
        visit = _add_visit(session, call, position, by_slug[slug], last_day)
        session.add(HostMember(visit_id=visit.id, person_id=hosts[slug].id))
        came = people[(position - 1) * CAPACITY : position * CAPACITY]
        places = [_add_place(session, visit, person, seat) for seat, person in enumerate(came, start=1)]
        found.append(EarlierVisit(visit, hosts[slug], places))
    session.flush()
    return found


def _add_visit(session: Session, call: Call, position: int, entry: Entry, last_day: date) -> Visit:
    visit = Visit(
        call_id=call.id,
        slug=entry["slug"].replace("-2021", "-earlier-sample"),
        position=position,
        host_name=entry["host"],
        place=entry["host_place"],
        country=entry["country"],
        called_title=entry["title_as_printed"],
        topic=entry["topic"],
        format=VisitFormat.ONSITE,
        zone=entry["timezone"],
        capacity=CAPACITY,
        announced_starts_on=last_day - timedelta(days=2),
        announced_ends_on=last_day,
        held_starts_on=last_day - timedelta(days=2),
        held_ends_on=last_day,
        dates_certainty=DatesCertainty.CONFIRMED,
        is_sample=True,
    )
    session.add(visit)
    session.flush()
    session.refresh(visit, ["call"])
    return visit


def _add_place(session: Session, visit: Visit, person: Person, seat: int) -> Place:
    """Somebody applied a week before the closing, was offered a place before anybody heard, and came."""
    call = visit.call
    sent, offered = call.closes_at - timedelta(days=7), call.closes_at + timedelta(days=29)
    content = ApplicationContent((ChoiceContent(visit.id, _MOTIVATION),), {})
    application = send_application(session, person=person, now=sent, call=call, content=content)
    place = Place(
        visit_id=visit.id,
        person_id=person.id,
        choice_id=application.choices[0].id,
        state=PlaceState.ACCEPTED,
        seat=seat,
        offered_at=offered,
        answer_by=offered + timedelta(days=7),
        settled_at=offered + timedelta(days=2),
        reason="Sample data.",
    )
    session.add(place)
    return place
