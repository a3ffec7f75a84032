"""A call of any size, to measure with: the same seed gives the same rows. Synthetic people throughout."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.searching import write_index
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call, Criterion, Programme, ProgrammeOrganiser
from peer_visits.calls.states import CallState
from peer_visits.demo.dates import add_call, add_criteria
from peer_visits.demo.people import COUNTRIES
from peer_visits.kernel.text import fold
from peer_visits.kernel.zones import to_wall
from peer_visits.questions.queries import list_questions
from peer_visits.questions.starting import add_starting_questions
from peer_visits.shortlist.models import Review, Score, Shortlist, ShortlistEntry
from peer_visits.shortlist.rules import weighted_score
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.base import Base
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole

CAPACITY = 24
RESERVE = 24
READERS = 3  # of each visit, of whom two read each choice
MOST_COMPARED = 4
TEXT = "Synthetic text, as long as people write it. " * 12

Rows = list[dict[str, Any]]


@dataclass
class Volume:
    """The rows of one call, table by table, before they are written."""

    chance: random.Random
    now: datetime
    rows: dict[type[Base], Rows] = field(default_factory=dict)
    words: list[tuple[uuid.UUID, list[str]]] = field(default_factory=list)

    def add(self, model: type[Base], **values: Any) -> uuid.UUID:
        """Note one row; gives its id. Ids come from the seed, so that runs compare."""
        identity = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        self.rows.setdefault(model, []).append({"id": identity, **values})
        return identity

    def link(self, model: type[Base], **values: Any) -> None:
        """Note one row of a table without an id of its own."""
        self.rows.setdefault(model, []).append(values)

    def write(self, session: Session) -> None:
        """Write every table in the order its rows were first noted."""
        for model, rows in self.rows.items():
            session.execute(insert(model), rows)


@dataclass(frozen=True)
class VolumeAddresses:
    """Whose pages to ask for."""

    call: str
    visit: str
    application: uuid.UUID
    organiser: str
    host: str
    applicant: str
    choices: list[uuid.UUID]


def fill_volume(
    session: Session, *, applications: int, visits: int, seed: int, password_hash: str, now: datetime
) -> VolumeAddresses:
    """A closed call with submitted applications, two readings per choice, and a full shortlist per visit."""
    volume = Volume(random.Random(seed), now)  # noqa: S311  (repeatable on purpose, nothing secret)
    call, criteria = _add_call(session, seed, now)
    places = _add_visits(volume, call, visits)
    organiser = _add_person(volume, "organiser", password_hash)
    volume.link(ProgrammeOrganiser, programme_id=call.programme_id, person_id=organiser)
    teams = {visit: _add_team(volume, visit, number, password_hash) for number, visit in enumerate(places)}
    choices: dict[uuid.UUID, list[uuid.UUID]] = {visit: [] for visit in places}
    questions = [question.id for question in list_questions(session, call.id)]
    first = [
        _add_application(volume, call, places, choices, number, password_hash, questions)
        for number in range(applications)
    ]
    for visit, wanted in choices.items():
        _add_reading(volume, visit, wanted, teams[visit], criteria)
    volume.write(session)
    write_index(session, volume.words)
    return VolumeAddresses(
        call=call.slug,
        visit=f"volume-{seed}-0",
        application=first[0],
        organiser=_address("organiser"),
        host=_address("host", 0),
        choices=choices[places[0]][:MOST_COMPARED],
        applicant=_address("applicant", 0),
    )


def _add_call(session: Session, seed: int, now: datetime) -> tuple[Call, list[Criterion]]:
    programme = Programme(slug=f"volume-{seed}", name="A programme to measure with")
    session.add(programme)
    session.flush()
    wall = to_wall(now, "Europe/Brussels").replace(microsecond=0)
    call = add_call(
        session,
        programme,
        slug=f"volume-{seed}",
        title="A call to measure with",
        opens=wall - timedelta(days=40),
        closes=wall - timedelta(days=1),
        answers_by=(wall + timedelta(days=14)).date(),
        state=CallState.PUBLISHED,
        max_choices=3,
        eligible_countries=COUNTRIES,
        is_sample=True,
    )
    session.flush()
    criteria = add_criteria(session, call)
    session.flush()
    add_starting_questions(session, call.id)
    return call, criteria


def _add_visits(volume: Volume, call: Call, count: int) -> list[uuid.UUID]:
    starts_on = (volume.now + timedelta(weeks=12)).date()
    return [
        volume.add(
            Visit,
            call_id=call.id,
            slug=f"{call.slug}-{number}",
            position=number + 1,
            host_name=f"City of Measure {number}",
            place=f"Measure {number}",
            country=COUNTRIES[number % len(COUNTRIES)],
            called_title=f"What city {number} did",
            zone="Europe/Brussels",
            capacity=CAPACITY,
            announced_starts_on=starts_on,
            announced_ends_on=starts_on + timedelta(days=2),
            is_sample=True,
        )
        for number in range(count)
    ]


def _address(role: str, number: int | str = "") -> str:
    return f"volume-{role}{number}@example.org"


def _add_person(
    volume: Volume, role: str, password_hash: str | None = None, number: int | str = ""
) -> uuid.UUID:
    return volume.add(
        Person,
        email=_address(role, number),
        email_verified_at=volume.now,
        password_hash=password_hash,
        name=f"{role.capitalize()} {number} Example",
        organisation=f"Body {number} of Example",
        organisation_kind=volume.chance.choice(list(OrganisationKind)),
        country=volume.chance.choice(COUNTRIES),
        created_at=volume.now,
        is_synthetic=True,
    )


def _add_team(volume: Volume, visit: uuid.UUID, number: int, password_hash: str) -> list[uuid.UUID]:
    """A lead and reviewers."""
    lead = _add_person(volume, "host", password_hash, number)
    team = [lead, *(_add_person(volume, "reviewer", None, f"{number}-{at}") for at in range(1, READERS))]
    for person in team:
        role = HostRole.LEAD if person == lead else HostRole.REVIEWER
        volume.link(HostMember, visit_id=visit, person_id=person, role=role)
    volume.link(Shortlist, visit_id=visit)
    return team


def _add_application(
    volume: Volume,
    call: Call,
    visits: list[uuid.UUID],
    choices: dict[uuid.UUID, list[uuid.UUID]],
    number: int,
    password_hash: str,
    questions: list[uuid.UUID],
) -> uuid.UUID:
    person = _add_person(volume, "applicant", password_hash if number == 0 else None, number)
    sent = volume.now - timedelta(days=1, minutes=number + 1)
    application = volume.add(
        Application,
        call_id=call.id,
        person_id=person,
        state=ApplicationState.SUBMITTED,
        answers={str(question): {"value": TEXT.strip(), "wording": 1} for question in questions},
        sent_number=1,
        **_marks(volume),
        created_at=sent,
        saved_at=sent,
        submitted_at=sent,
    )
    wanted = volume.chance.sample(visits, k=min(len(visits), volume.chance.randint(1, 3)))
    for rank, visit in enumerate(wanted, start=1):
        choice = volume.add(
            Choice,
            application_id=application,
            visit_id=visit,
            rank=rank,
            motivation=TEXT,
            is_sent=True,
            is_read=True,
        )
        choices[visit].append(choice)
    about = volume.rows[Person][-1]
    volume.words.append((application, [about["name"], about["organisation"], about["email"], TEXT]))
    return application


def _marks(volume: Volume) -> dict[str, Any]:
    """What an application keeps about its person, from the row just noted."""
    person = volume.rows[Person][-1]
    return {
        "sort_name": fold(person["name"]),
        "sort_organisation": fold(person["organisation"]),
        "country": person["country"],
        "organisation_kind": person["organisation_kind"].value,
    }


def _add_reading(
    volume: Volume,
    visit: uuid.UUID,
    wanted: list[uuid.UUID],
    team: list[uuid.UUID],
    criteria: list[Criterion],
) -> None:
    for index, choice in enumerate(wanted):
        for reader in (team[index % READERS], team[(index + 1) % READERS]):
            _add_review(volume, choice, reader, criteria)
        proposal, position = _proposal(index)
        volume.link(ShortlistEntry, choice_id=choice, visit_id=visit, proposal=proposal, position=position)


def _add_review(volume: Volume, choice: uuid.UUID, reader: uuid.UUID, criteria: list[Criterion]) -> None:
    values = {criterion.id: volume.chance.randint(0, 5) for criterion in criteria}
    points = weighted_score(values, criteria)
    review = volume.add(Review, choice_id=choice, reviewer_id=reader, points=points, saved_at=volume.now)
    for criterion, value in values.items():
        volume.link(Score, review_id=review, criterion_id=criterion, value=value)


def _proposal(index: int) -> tuple[Proposal, int | None]:
    if index < CAPACITY:
        return Proposal.SHORTLISTED, index + 1
    if index < CAPACITY + RESERVE:
        return Proposal.RESERVE, index - CAPACITY + 1
    return Proposal.NOT_PROPOSED, None
