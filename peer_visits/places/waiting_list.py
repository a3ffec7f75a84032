"""Who is next for a free place, from the rows: the rules and facts of the decision, and what is held by now.

The rule itself is the one of `allocation.solving.waiting`; here its values are read. With the upgrade chain, a setting
of the call, whoever holds a lower choice is asked before anybody else; without it nobody who holds all the places they
may hold is asked at all.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.solving.instance import SCHEMA, Applicant, Application, Instance, Rule
from peer_visits.allocation.solving.instance import Visit as VisitOfInstance
from peer_visits.allocation.solving.reading.call import read_instance
from peer_visits.allocation.solving.waiting import Ranked, WaitingList
from peer_visits.applications.models import Application as SentApplication
from peer_visits.applications.models import Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.kernel.text import fold
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.states import LIVE, PlaceKind, PlaceState, WaitingState
from peer_visits.visits.models import Visit

# Without a run's scores the list is followed from the top.
_TOP = 1_000_000


@dataclass(frozen=True)
class Grounds:
    """By what a call gives its free places on: rules, clashes and lottery of its decision, and the facts it knew."""

    rules: tuple[Rule, ...]
    clashes: tuple[tuple[str, ...], ...] = ()
    seed: str = ""
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    wishes: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def applicant(self, person: Person) -> Applicant:
        """The person as the rules see them: as at the decision, or as the account says now."""
        known = self.people.get(str(person.id))
        if known:
            names = ("country", "org", "org_type", "newcomer", "gender")
            return Applicant(str(person.id), **{name: known.get(name) for name in names})
        kind = person.organisation_kind.value if person.organisation_kind else None
        return Applicant(str(person.id), person.country, fold(person.organisation) or None, kind)

    def wish(self, waiter: Waiter, visit: uuid.UUID) -> Application:
        """The wish with its points."""
        applicant, wanted = str(waiter.person.id), str(visit)
        known = self.wishes.get((applicant, wanted))
        score = known["score"] if known else _TOP - waiter.position
        return Application(applicant, wanted, waiter.rank, score)


def read_grounds(session: Session, call: Call) -> Grounds:
    """From the run that was carried out; without one, from the caps of the call."""
    run = session.scalars(
        select(AllocationRun)
        .where(AllocationRun.call_id == call.id, AllocationRun.applied_at.is_not(None))
        .order_by(AllocationRun.applied_at.desc())
        .limit(1)
        .options(undefer(AllocationRun.input))
    ).first()
    given = run.input if run else None
    if given is None or given.get("schema") != SCHEMA:
        return Grounds(_caps(call))
    frame = read_instance({**given, "applicants": [], "applications": [], "pinned": []})
    return Grounds(
        frame.rules,
        frame.clashes,
        frame.seed,
        {person["id"]: person for person in given["applicants"]},
        {(wish["applicant"], wish["visit"]): wish for wish in given["applications"]},
    )


def _caps(call: Call) -> tuple[Rule, ...]:
    caps = (
        ("country", "country", call.most_per_country),
        ("organisation", "org", call.most_per_organisation),
    )
    return tuple(
        Rule(name, "max_each", hard=True, attr=attribute, bound=bound)  # type: ignore[arg-type]
        for name, attribute, bound in caps
        if bound
    )


@dataclass(frozen=True)
class Holding:
    """A place somebody holds in a visit of the call; `rank` is 0 for one that was no choice of theirs."""

    place: uuid.UUID
    visit: uuid.UUID
    rank: int
    state: PlaceState
    replaces: uuid.UUID | None


@dataclass(frozen=True)
class Waiter:
    """Somebody on a waiting list, with what they hold in the call."""

    choice: uuid.UUID
    person: Person
    rank: int
    position: int
    holdings: tuple[Holding, ...]

    @property
    def is_asked(self) -> bool:
        """Whether they are being asked to change to another visit at the moment."""
        return any(one.replaces and one.state is PlaceState.OFFERED for one in self.holdings)

    def counted(self) -> list[Holding]:
        """What counts against their limit: not the lower place they are asked to change."""
        kept = {one.place for one in self.holdings}
        asked = {one.replaces for one in self.holdings if one.state is PlaceState.OFFERED} & kept
        return [one for one in self.holdings if one.place not in asked]

    def lower(self, limit: int) -> Holding | None:
        """The place they would give on for this visit, if they hold all they may hold."""
        held = self.counted()
        if self.is_asked or len(held) < limit:
            return None
        lowest = max(held, key=lambda one: one.rank)
        return lowest if lowest.rank > self.rank else None


@dataclass(frozen=True)
class Standing:
    """A waiter's chance for the next free place of a visit: none blocked, or what stands against it."""

    waiter: Waiter
    order: tuple[int, ...]
    blocked: tuple[str, ...]
    replaces: uuid.UUID | None = None
    is_full: bool = False

    @property
    def is_free(self) -> bool:
        """Whether they may be offered the place."""
        return not (self.blocked or self.is_full)

    @property
    def turn(self) -> tuple[bool, tuple[int, ...]]:
        """Smaller is earlier."""
        return self.replaces is None, self.order


def next_in_line(session: Session, visit: Visit, grounds: Grounds) -> Standing | None:
    """Who is offered the next free place of a visit; nothing if nobody may be."""
    free = [one for one in read_standings(session, visit, grounds) if one.is_free]
    return min(free, key=lambda one: one.turn) if free else None


def read_standings(session: Session, visit: Visit, grounds: Grounds) -> list[Standing]:
    """Everybody who waits for a visit with their chance, in three statements."""
    waiters = _read_waiters(session, visit)
    limit = visit.call.places_per_person
    lower = {one.choice: one.lower(limit) if visit.call.upgrade_chain else None for one in waiters}
    members = _read_members(session, visit)
    by_person = {str(one.person.id): one for one in waiters}
    ranked = {
        by_person[one.application.applicant].choice: one
        for one in _rank(visit, grounds, members, waiters, lower)
    }
    return [_standing(one, ranked.get(one.choice), lower[one.choice]) for one in waiters]


def _standing(waiter: Waiter, ranked: Ranked | None, lower: Holding | None) -> Standing:
    if ranked is None:
        return Standing(waiter, (), (), is_full=True)
    return Standing(waiter, ranked.order, ranked.blocked, lower.place if lower else None)


def _rank(
    visit: Visit,
    grounds: Grounds,
    members: Sequence[Person],
    waiters: Sequence[Waiter],
    lower: Mapping[uuid.UUID, Holding | None],
) -> list[Ranked]:
    """The waiting list's own rule, asked with the people of this visit and those who wait for it."""
    held = [
        (str(one.person.id), str(holding.visit))
        for one in waiters
        for holding in one.counted()
        if holding != lower[one.choice]
    ]
    here = [(str(person.id), str(visit.id)) for person in members]
    visits = {str(visit.id): visit.capacity} | {to: _TOP for _who, to in held if to != str(visit.id)}
    people = {person.id: person for person in (*members, *(one.person for one in waiters))}
    instance = Instance(
        visits=tuple(VisitOfInstance(name, capacity) for name, capacity in visits.items()),
        applicants=tuple(grounds.applicant(person) for person in people.values()),
        applications=tuple(grounds.wish(one, visit.id) for one in waiters),
        rules=tuple(rule for rule in grounds.rules if rule.visits is None or str(visit.id) in rule.visits),
        max_visits=visit.call.places_per_person,
        clashes=grounds.clashes,
        seed=grounds.seed,
    )
    return WaitingList(instance, {*here, *held}).candidates(str(visit.id))


def _read_members(session: Session, visit: Visit) -> Sequence[Person]:
    """Who is in the group as the rules see it: a place given without an application counts in none of them."""
    query = (
        select(Person)
        .join(Place, Place.person_id == Person.id)
        .where(
            Place.visit_id == visit.id,
            Place.kind == PlaceKind.PARTICIPANT,
            Place.state.in_(LIVE),
            Place.choice_id.is_not(None),
        )
        .order_by(Person.id)
    )
    return session.scalars(query).all()


def _read_waiters(session: Session, visit: Visit) -> list[Waiter]:
    rows = session.execute(
        select(WaitingEntry.choice_id, WaitingEntry.position, Choice.rank, Person)
        .join(Choice, Choice.id == WaitingEntry.choice_id)
        .join(SentApplication, SentApplication.id == Choice.application_id)
        .join(Person, Person.id == SentApplication.person_id)
        .where(
            WaitingEntry.visit_id == visit.id,
            WaitingEntry.state == WaitingState.WAITING,
            SentApplication.state == ApplicationState.SUBMITTED,
        )
        .order_by(WaitingEntry.position)
    ).all()
    holdings = _read_holdings(session, visit) if rows else {}
    return [
        Waiter(choice, person, rank, position, tuple(holdings.get(person.id, ())))
        for choice, position, rank, person in rows
    ]


def _read_holdings(session: Session, visit: Visit) -> Mapping[uuid.UUID, list[Holding]]:
    """What the people who wait for this visit hold in its call."""
    waiting = (
        select(SentApplication.person_id)
        .join(Choice, Choice.application_id == SentApplication.id)
        .join(WaitingEntry, WaitingEntry.choice_id == Choice.id)
        .where(WaitingEntry.visit_id == visit.id, WaitingEntry.state == WaitingState.WAITING)
    )
    rows = session.execute(
        select(Place.person_id, Place.id, Place.visit_id, Choice.rank, Place.state, Place.replaces_id)
        .join(Visit, Visit.id == Place.visit_id)
        .outerjoin(Choice, Choice.id == Place.choice_id)
        .where(
            Visit.call_id == visit.call_id,
            Place.kind == PlaceKind.PARTICIPANT,
            Place.state.in_(LIVE),
            Place.person_id.in_(waiting),
        )
    )
    found: dict[uuid.UUID, list[Holding]] = defaultdict(list)
    for person, place, of_visit, rank, state, replaces in rows:
        found[person].append(Holding(place, of_visit, rank or 0, state, replaces))
    return found
