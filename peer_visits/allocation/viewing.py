"""What pages show of a run: its people with their wishes and sentences, its visits, two runs side by side.

A run is read whole, with its people's names, in a fixed number of statements; a page is cut from that.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.result import Result
from peer_visits.allocation.services.asking import settings_of
from peer_visits.allocation.settings import ByHand
from peer_visits.allocation.storing import read_result
from peer_visits.applications.models import Application
from peer_visits.kernel.text import Phrase, fold
from peer_visits.visits.models import Visit


class Outcome(StrEnum):
    """What a person or a wish got."""

    PLACED = "placed"
    WAITING = "waiting"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Who:
    """A person as lists show them; nobody else's address."""

    id: str
    name: str
    organisation: str
    country: str
    application: uuid.UUID | None = None


@dataclass(frozen=True)
class WishRow:
    """One wish of a person in a run, and what came of it."""

    who: Who
    visit: Visit
    rank: int
    score: int
    is_eligible: bool
    outcome: Outcome
    position: int | None
    reason: Phrase | None
    hand: ByHand | None


@dataclass(frozen=True)
class PersonRow:
    """One person with all wishes, the first wish first."""

    who: Who
    wishes: tuple[WishRow, ...]

    @property
    def outcome(self) -> Outcome:
        """The best of what the wishes got."""
        found = {wish.outcome for wish in self.wishes}
        return next(outcome for outcome in Outcome if outcome in found)


def list_runs(session: Session, call_id: uuid.UUID) -> Sequence[AllocationRun]:
    """The runs of a call, the latest first, without their large columns."""
    query = (
        select(AllocationRun)
        .where(AllocationRun.call_id == call_id)
        .order_by(AllocationRun.number.desc())
        .options(joinedload(AllocationRun.creator))
    )
    return session.scalars(query).all()


def find_number(session: Session, run_id: uuid.UUID | None) -> int | None:
    """The number of the run another one was made from."""
    if run_id is None:
        return None
    return session.scalar(select(AllocationRun.number).where(AllocationRun.id == run_id))


class Reader:
    """A run with its people and visits, read whole."""

    def __init__(self, session: Session, run: AllocationRun, visits: Sequence[Visit]) -> None:
        self.run = session.scalars(
            select(AllocationRun)
            .where(AllocationRun.id == run.id)
            .options(
                undefer(AllocationRun.input),
                undefer(AllocationRun.explanation),
                undefer(AllocationRun.sources),
            )
            .execution_options(populate_existing=True)
        ).one()
        self.visits = {str(visit.id): visit for visit in visits}
        self.people = list_people(session, run.call_id)
        self.result = read_result(self.run.explanation) if self.run.explanation else Result((), {}, (), {})
        self._hands = {(one.person, one.visit): one for one in settings_of(self.run).by_hand}
        self._choices = {
            (person, visit): uuid.UUID(choice)
            for person, visit, choice in self.run.sources.get("choices", ())
        }
        self._placed = {(str(one.person), str(one.visit)) for one in self.result.placements}
        self._positions = {
            (str(one.person), str(one.visit)): one.position
            for line in self.result.waiting.values()
            for one in line
        }

    def wishes(self) -> list[WishRow]:
        """Every wish of the run, in no order."""
        given = (self.run.input or {}).get("applications", ())
        return [
            self._wish(wish)
            for wish in given
            if wish["visit"] in self.visits and (wish["applicant"], wish["visit"]) in self._choices
        ]

    def _wish(self, wish: Mapping[str, Any]) -> WishRow:
        key = (wish["applicant"], wish["visit"])
        position = self._positions.get(key)
        outcome = (
            Outcome.PLACED
            if key in self._placed
            else Outcome.NOTHING
            if position is None
            else Outcome.WAITING
        )
        return WishRow(
            who=self.who(wish["applicant"]),
            visit=self.visits[wish["visit"]],
            rank=wish["rank"],
            score=wish["score"],
            is_eligible=wish["eligible"],
            outcome=outcome,
            position=position,
            reason=self.result.reasons.get(self._choices[key]),
            hand=self._hands.get(key),
        )

    def who(self, person_id: str) -> Who:
        """A person of the run; one whose account is gone keeps the place in the list, without a name."""
        return self.people.get(person_id) or Who(person_id, "–", "", "")

    def person_rows(self) -> list[PersonRow]:
        """Every person, by name."""
        found: dict[str, list[WishRow]] = {}
        for wish in self.wishes():
            found.setdefault(wish.who.id, []).append(wish)
        rows = [
            PersonRow(wishes[0].who, tuple(sorted(wishes, key=lambda wish: wish.rank)))
            for wishes in found.values()
        ]
        return sorted(rows, key=lambda row: (fold(row.who.name), row.who.id))

    def visit_rows(self, visit_id: str) -> list[WishRow]:
        """The wishes for one visit: who got a place, who waits in order, then the others, by points and name."""
        order = list(Outcome)
        rows = [wish for wish in self.wishes() if str(wish.visit.id) == visit_id]
        return sorted(
            rows,
            key=lambda row: (
                order.index(row.outcome),
                row.position or 0,
                -row.score,
                fold(row.who.name),
                row.who.id,
            ),
        )


def list_people(session: Session, call_id: uuid.UUID) -> dict[str, Who]:
    """The applicants of a call by id."""
    rows = session.execute(
        select(Person.id, Person.name, Person.organisation, Person.country, Application.id)
        .join(Application, Application.person_id == Person.id)
        .where(Application.call_id == call_id)
    )
    return {str(row[0]): Who(str(row[0]), row[1], row[2], row[3] or "", row[4]) for row in rows}


def matching(
    rows: Iterable[PersonRow], *, outcome: Outcome | None = None, words: str = ""
) -> list[PersonRow]:
    """The people asked for."""
    wanted = fold(words)
    return [
        row
        for row in rows
        if outcome in {None, row.outcome}
        and (not wanted or wanted in fold(f"{row.who.name} {row.who.organisation}"))
    ]


@dataclass(frozen=True)
class Change:
    """A person whom two runs give different visits."""

    who: Who
    before: tuple[Visit, ...]
    after: tuple[Visit, ...]


def list_changes(before: Reader, after: Reader) -> list[Change]:
    """Everybody whom the second run gives something else than the first, by name."""
    held_before, held_after = _held(before), _held(after)
    changed = [
        person
        for person in {**held_before, **held_after}
        if held_before.get(person, ()) != held_after.get(person, ())
    ]
    changes = [
        Change(
            after.who(person),
            tuple(before.visits[visit] for visit in held_before.get(person, ()) if visit in before.visits),
            tuple(after.visits[visit] for visit in held_after.get(person, ()) if visit in after.visits),
        )
        for person in changed
    ]
    return sorted(changes, key=lambda change: (fold(change.who.name), change.who.id))


def _held(reader: Reader) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one in reader.result.placements:
        found.setdefault(str(one.person), []).append(str(one.visit))
    return {person: tuple(sorted(visits)) for person, visits in found.items()}
