"""The demo's current call: the ten hosts invite again. Invented, and marked as a sample everywhere."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.applications.rules import ApplicationContent, ChoiceContent
from peer_visits.applications.services.saving import save_draft
from peer_visits.calls.models import Call, Criterion, Programme
from peer_visits.calls.states import CallState
from peer_visits.demo.applying import send_application
from peer_visits.demo.dates import ZONE, add_call, add_criteria
from peer_visits.demo.past import Entry
from peer_visits.demo.people import COUNTRIES, add_person
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.zones import to_wall
from peer_visits.questions.queries import list_questions
from peer_visits.questions.starting import add_starting_questions
from peer_visits.shortlist.models import Review, Score, Shortlist, ShortlistEntry
from peer_visits.shortlist.rules import weighted_score
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import DatesCertainty, VisitFormat

WEEKS_TO_VISITS = 12
CAPACITY = 8  # small enough that the synthetic applicants make a choice necessary

_WELCOME = (
    "This call, its dates, its applicants and its scores are **sample data** to try the product with. "
    "The ten hosts are real; that they invite again is not."
)
_MOTIVATIONS = (
    (
        "We are starting a programme like yours and have made the first mistakes already. I would like to see how you "
        "brought residents in before the plan was written, and what you would not do again."
    ),
    (
        "Our council has voted money for this, but no method. Two of my colleagues and I prepare the first year; a "
        "look at your agreements with associations would save us one."
    ),
    (
        "I work between the heritage service and the social department. Your practice is the nearest I know to what we "
        "want, and I can bring our figures of three years to compare."
    ),
    (
        "We tried, and stopped after a year when the volunteers left. I want to learn how you keep people, and I will "
        "tell honestly what went wrong with us."
    ),
)
_BRINGS = (
    (
        "Six years in the heritage service of a small city; our own experience with residents' walks and an archive of "
        "2,000 photographs described by volunteers."
    ),
    (
        "Project manager of a regional network of 14 municipalities; experience with shared budgets and with failing "
        "to share them."
    ),
    "I run a small association that looks after a listed building together with its neighbours.",
)
_WANTS = (
    "How responsibility is shared between the city and the people, on paper and in practice.",
    "How results are counted without drowning volunteers in forms.",
    "How to win a department that sees heritage as an obstacle.",
)


@dataclass(frozen=True)
class CurrentCall:
    """What the demo's desks work on."""

    call: Call
    visits: list[Visit]
    hosts: list[Person]
    criteria: list[Criterion]


def add_current_call(
    session: Session, programme: Programme, entries: list[Entry], now: datetime
) -> CurrentCall:
    """A call that opened a week before today and closes three weeks after, with the ten hosts' visits."""
    today = to_wall(now, ZONE).date()
    call = add_call(
        session,
        programme,
        slug=f"{today.year}-sample-call",
        title=f"Peer-learning visits {today.year}: the ten hosts invite again",
        summary="A sample call: ten host cities and regions open their work on cultural heritage to their peers.",
        welcome=_WELCOME,
        opens=datetime.combine(today - timedelta(days=7), time(10, 0)),
        closes=datetime.combine(today + timedelta(days=21), time(23, 59, 59)),
        shortlists_by=today + timedelta(days=31),
        answers_by=today + timedelta(days=35),
        state=CallState.PUBLISHED,
        max_choices=3,
        eligible_countries=COUNTRIES,
        is_sample=True,
    )
    session.flush()
    criteria = add_criteria(session, call)
    add_starting_questions(session, call.id)
    visits = [
        _add_visit(session, call, position, entry, today) for position, entry in enumerate(entries, start=1)
    ]
    session.flush()
    hosts = [_add_host(session, visit, number, now) for number, visit in enumerate(visits, start=1)]
    session.flush()
    return CurrentCall(call, visits, hosts, criteria)


def _add_visit(session: Session, call: Call, position: int, entry: Entry, today: date) -> Visit:
    monday = today + timedelta(weeks=WEEKS_TO_VISITS + position - 1, days=-today.weekday())
    starts_on = monday + timedelta(days=1)
    visit = Visit(
        call_id=call.id,
        slug=entry["slug"].replace("-2021", f"-{call.slug[:4]}-sample"),
        position=position,
        host_name=entry["host"],
        place=entry["host_place"],
        country=entry["country"],
        called_title=entry["title_as_printed"],
        topic=entry["topic"],
        format=VisitFormat.ONLINE if position % 3 else VisitFormat.ONSITE,
        zone=entry["timezone"],
        capacity=CAPACITY,
        announced_starts_on=starts_on,
        announced_ends_on=starts_on + timedelta(days=2),
        dates_certainty=DatesCertainty.ANNOUNCED,
        is_sample=True,
    )
    session.add(visit)
    return visit


def _add_host(session: Session, visit: Visit, number: int, now: datetime) -> Person:
    host = add_person(
        session,
        f"{visit.place.split()[0]} Host",
        f"host{number}@example.org",
        now,
        organisation=visit.host_name,
        country=visit.country,
        time_zone=visit.zone,
    )
    session.flush()
    session.add(HostMember(visit_id=visit.id, person_id=host.id))
    return host


def add_applications(session: Session, current: CurrentCall, people: list[Person], now: datetime) -> None:
    """One application each: most submitted, a few still drafts. The same every time."""
    chance = random.Random("applications")  # noqa: S311  (sample data, not a secret)
    brings, wants = (question.id for question in list_questions(session, current.call.id)[:2])
    for number, person in enumerate(people):
        is_draft = number % 9 == 8
        saved = now - timedelta(hours=number * 3 + 2)
        answers = {brings: chance.choice(_BRINGS), wants: "" if is_draft else chance.choice(_WANTS)}
        content = ApplicationContent(_choices(current.visits, chance), answers)
        if is_draft:
            save_draft(session, actor=person, now=saved, call_id=current.call.id, version=0, content=content)
        else:
            send_application(session, person=person, now=saved, call=current.call, content=content)


def _choices(visits: list[Visit], chance: random.Random) -> tuple[ChoiceContent, ...]:
    # Earlier visits are wanted more, so that some hosts have to choose and others have room.
    weights = [1 / (position + 1) ** 0.5 for position in range(len(visits))]
    wanted = dict.fromkeys(chance.choices(visits, weights, k=6))
    return tuple(
        ChoiceContent(visit.id, chance.choice(_MOTIVATIONS))
        for visit in list(wanted)[: chance.choice((1, 2, 3, 3))]
    )


def add_reading(session: Session, current: CurrentCall, choices: list[Choice], now: datetime) -> None:
    """The first six hosts have read; the first three have begun to order."""
    chance = random.Random("scores")  # noqa: S311  (sample data, not a secret)
    by_visit = {
        visit.id: [choice for choice in choices if choice.visit_id == visit.id] for visit in current.visits
    }
    for number, (visit, host) in enumerate(zip(current.visits, current.hosts, strict=True)):
        session.add(Shortlist(visit_id=visit.id))
        if number < 6:
            read = [
                (choice, _add_review(session, current, choice, host, now=now, chance=chance))
                for choice in by_visit[visit.id]
            ]
            if number < 3:
                _add_order(
                    session, visit, [choice for choice, _score in sorted(read, key=lambda pair: -pair[1])]
                )
    session.flush()


def _add_review(
    session: Session,
    current: CurrentCall,
    choice: Choice,
    host: Person,
    *,
    now: datetime,
    chance: random.Random,
) -> float:
    choice.is_read = True
    review = Review(id=new_id(), choice_id=choice.id, reviewer_id=host.id, saved_at=now - timedelta(hours=1))
    scores = [
        Score(review_id=review.id, criterion_id=one.id, value=chance.randint(1, 5))
        for one in current.criteria
    ]
    review.points = weighted_score({score.criterion_id: score.value for score in scores}, current.criteria)
    session.add_all([review, *scores])
    return sum(
        score.value * criterion.weight for score, criterion in zip(scores, current.criteria, strict=True)
    )


def _add_order(session: Session, visit: Visit, ordered: list[Choice]) -> None:
    for index, choice in enumerate(ordered):
        proposal = Proposal.SHORTLISTED if index < visit.capacity - 2 else Proposal.RESERVE
        first = 0 if proposal is Proposal.SHORTLISTED else visit.capacity - 2
        if index >= visit.capacity + 2:
            break
        session.add(
            ShortlistEntry(
                choice_id=choice.id, visit_id=visit.id, proposal=proposal, position=index - first + 1
            )
        )
