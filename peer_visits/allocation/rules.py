"""Who gets which visit: applicant-proposing deferred acceptance over the hosts' orders.

The method is the one of D. Gale and L. S. Shapley, "College Admissions and the Stability of Marriage",
The American Mathematical Monthly 69 (1962), 9-15. Its outcome does not depend on the order in which people
are taken: nobody could have a visit they want more whose host put them before somebody placed there.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from peer_visits.kernel.text import Phrase, phrase

METHOD = "deferred-acceptance-1"


@dataclass(frozen=True)
class VisitOrder:
    """What a visit has to give, and whom its host proposes: shortlisted first, then the reserve, best first."""

    visit: uuid.UUID
    seats: int
    order: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Candidate:
    """A person, the visits they want (best first), and how many places they may hold."""

    person: uuid.UUID
    wishes: tuple[uuid.UUID, ...]
    places: int = 1


@dataclass(frozen=True)
class Placement:
    """A person gets a place in a visit; `rank` is their own, 1 for the first wish."""

    person: uuid.UUID
    visit: uuid.UUID
    rank: int
    reason: Phrase


@dataclass(frozen=True)
class Waiting:
    """A person's position on a visit's waiting list, counted from 1."""

    person: uuid.UUID
    visit: uuid.UUID
    rank: int
    position: int
    reason: Phrase


@dataclass(frozen=True)
class Unplaced:
    """A person without a place, who waits nowhere either."""

    person: uuid.UUID
    reason: Phrase


@dataclass(frozen=True)
class Allocation:
    """The whole outcome: everybody is in it at least once."""

    placements: tuple[Placement, ...]
    waiting: tuple[Waiting, ...]
    unplaced: tuple[Unplaced, ...]


Held = Mapping[uuid.UUID, Sequence[uuid.UUID]]


def allocate(visits: Sequence[VisitOrder], candidates: Sequence[Candidate]) -> Allocation:
    """Place people in visits. Deterministic; raises ValueError if a visit or a person is named twice."""
    _refuse_twins([visit.visit for visit in visits])
    _refuse_twins([candidate.person for candidate in candidates])
    held = _deferred_acceptance(visits, candidates)
    placements = tuple(_placements(visits, candidates, held))
    waiting = tuple(_waiting(visits, candidates, held))
    heard = {one.person for one in placements} | {one.person for one in waiting}
    unplaced = tuple(_unplaced(visits, (one for one in candidates if one.person not in heard)))
    return Allocation(placements, waiting, unplaced)


def _refuse_twins(keys: Sequence[uuid.UUID]) -> None:
    if len(set(keys)) != len(keys):
        raise ValueError("every visit and every person is named once")


class _Seats:
    """The people a visit holds for now. A better one in the host's order sends the last one away."""

    def __init__(self, visit: VisitOrder) -> None:
        self.size = visit.seats
        self.place_in_order = {person: index for index, person in enumerate(visit.order)}
        self.people: set[uuid.UUID] = set()

    def ask(self, person: uuid.UUID) -> uuid.UUID | None:
        """Take the person in if the host proposes them; whoever has no seat now is given back."""
        if person not in self.place_in_order:
            return person
        self.people.add(person)
        if len(self.people) <= self.size:
            return None
        last = max(self.people, key=self.place_in_order.__getitem__)
        self.people.remove(last)
        return last


def _deferred_acceptance(visits: Sequence[VisitOrder], candidates: Sequence[Candidate]) -> Held:
    seats = {visit.visit: _Seats(visit) for visit in visits}
    wishes = {one.person: iter(one.wishes) for one in candidates}
    asking = deque(one.person for one in candidates for _place in range(one.places))
    while asking:
        person = asking.popleft()
        sent_away = _ask_next(person, wishes[person], seats)
        if sent_away is not None:
            asking.append(sent_away)
    return {visit: _in_order(one) for visit, one in seats.items()}


def _ask_next(
    person: uuid.UUID, wishes: Iterator[uuid.UUID], seats: Mapping[uuid.UUID, _Seats]
) -> uuid.UUID | None:
    """Ask down the person's wishes until one takes them in; gives whoever lost a seat by it."""
    for visit in wishes:
        if visit in seats:
            sent_away = seats[visit].ask(person)
            if sent_away != person:
                return sent_away
    return None


def _in_order(seats: _Seats) -> list[uuid.UUID]:
    return sorted(seats.people, key=seats.place_in_order.__getitem__)


def _placements(
    visits: Sequence[VisitOrder], candidates: Sequence[Candidate], held: Held
) -> Iterator[Placement]:
    wishes = {one.person: one.wishes for one in candidates}
    for visit in visits:
        for person in held[visit.visit]:
            rank = wishes[person].index(visit.visit) + 1
            yield Placement(person, visit.visit, rank, _why_placed(rank))


def _why_placed(rank: int) -> Phrase:
    if rank == 1:
        return phrase("The host proposed you, and this is your first choice.")
    return phrase(
        "The host proposed you. It is your choice %(rank)s: no place was free for you in a visit you put before it.",
        rank=rank,
    )


def _waiting(visits: Sequence[VisitOrder], candidates: Sequence[Candidate], held: Held) -> Iterator[Waiting]:
    by_person = {one.person: one for one in candidates}
    got = _ranks_held(candidates, held)
    for visit in visits:
        there = set(held[visit.visit])
        in_line = (
            person
            for person in visit.order
            if person in by_person
            and person not in there
            and _still_wants(by_person[person], visit.visit, got[person])
        )
        for position, person in enumerate(in_line, start=1):
            rank = by_person[person].wishes.index(visit.visit) + 1
            yield Waiting(person, visit.visit, rank, position, _why_waiting(visit.seats, position))


def _ranks_held(candidates: Sequence[Candidate], held: Held) -> dict[uuid.UUID, list[int]]:
    people = {visit: set(persons) for visit, persons in held.items()}
    return {
        one.person: [
            rank
            for rank, visit in enumerate(one.wishes, start=1)
            if visit in people and one.person in people[visit]
        ]
        for one in candidates
    }


def _still_wants(candidate: Candidate, visit: uuid.UUID, ranks_held: Sequence[int]) -> bool:
    """Whether they would rather have this visit than what they got, or may hold one more."""
    if visit not in candidate.wishes or candidate.places < 1:
        return False
    rank = candidate.wishes.index(visit) + 1
    return len(ranks_held) < candidate.places or rank < max(ranks_held)


def _why_waiting(seats: int, position: int) -> Phrase:
    if seats < 1:
        return phrase(
            "All places are taken; you are number %(position)s on the waiting list.", position=position
        )
    return phrase(
        "The places went to people the host put before you; you are number %(position)s on the waiting list.",
        position=position,
    )


def _unplaced(visits: Sequence[VisitOrder], candidates: Iterable[Candidate]) -> Iterator[Unplaced]:
    proposing = {visit.visit for visit in visits if visit.order}
    for candidate in candidates:
        yield Unplaced(candidate.person, _why_unplaced(any(wish in proposing for wish in candidate.wishes)))


def _why_unplaced(hosts_proposed: bool) -> Phrase:
    if hosts_proposed:
        return phrase(
            "More people applied than there are places, and the hosts of the visits you chose proposed others."
        )
    return phrase("The hosts of the visits you chose proposed nobody this time.")
