"""What an allocation goes by, read at once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from peer_visits.allocation.rules import Candidate, VisitOrder
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.shortlist.models import Shortlist, ShortlistEntry
from peer_visits.shortlist.states import Proposal, ShortlistState

_PROPOSED = (Proposal.SHORTLISTED, Proposal.RESERVE)


@dataclass(frozen=True)
class Wish:
    """One choice of a sent application; `order` is the host's: (0, n) shortlisted, (1, n) reserve, or none."""

    choice: uuid.UUID
    application: uuid.UUID
    person: uuid.UUID
    visit: uuid.UUID
    rank: int
    order: tuple[int, int] | None


@dataclass(frozen=True)
class Case:
    """Every wish of a call, and what has been taken before: seats left, places held, choices used up."""

    wishes: tuple[Wish, ...]
    seats: Mapping[uuid.UUID, int]
    places_per_person: int
    held: Mapping[uuid.UUID, int]
    spent: Collection[uuid.UUID]

    def visit_orders(self) -> list[VisitOrder]:
        """The hosts' proposals, each in its order."""
        proposed: dict[uuid.UUID, list[tuple[tuple[int, int], uuid.UUID]]] = defaultdict(list)
        for wish in self._open_wishes():
            if wish.order:
                proposed[wish.visit].append((wish.order, wish.person))
        return [
            VisitOrder(visit, seats, tuple(person for _order, person in sorted(proposed[visit])))
            for visit, seats in self.seats.items()
        ]

    def candidates(self) -> list[Candidate]:
        """Everybody who may still get a place, with their wishes best first."""
        wanted: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for wish in self._open_wishes():
            wanted[wish.person].append(wish.visit)
        left = {person: self.places_per_person - self.held.get(person, 0) for person in wanted}
        return [
            Candidate(person, tuple(wanted[person]), left[person]) for person in wanted if left[person] > 0
        ]

    def _open_wishes(self) -> Iterator[Wish]:
        return (wish for wish in self.wishes if wish.choice not in self.spent)


def list_wishes(session: Session, call_id: uuid.UUID) -> tuple[Wish, ...]:
    """Choices of sent applications by person and rank. Orders count only once they are handed over."""
    rows = session.execute(
        select(Choice, Application.person_id, ShortlistEntry.proposal, ShortlistEntry.position)
        .join(Application, Application.id == Choice.application_id)
        .outerjoin(
            Shortlist,
            and_(Shortlist.visit_id == Choice.visit_id, Shortlist.state == ShortlistState.HANDED_OVER),
        )
        .outerjoin(
            ShortlistEntry,
            and_(ShortlistEntry.choice_id == Choice.id, ShortlistEntry.visit_id == Shortlist.visit_id),
        )
        .where(Application.call_id == call_id, Application.state == ApplicationState.SUBMITTED)
        .order_by(Application.person_id, Choice.rank, Choice.visit_id)
    )
    return tuple(_wish(row) for row in rows)


def _wish(row: Row[Choice, uuid.UUID, Proposal, int | None]) -> Wish:
    choice, person_id, proposal, position = row
    order = (_PROPOSED.index(proposal), position or 0) if proposal in _PROPOSED else None
    return Wish(choice.id, choice.application_id, person_id, choice.visit_id, choice.rank, order)


def list_missing_shortlists(session: Session, visit_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Visits among these whose host has not handed a shortlist over."""
    handed_over = session.scalars(
        select(Shortlist.visit_id).where(
            Shortlist.visit_id.in_(visit_ids), Shortlist.state == ShortlistState.HANDED_OVER
        )
    )
    return set(visit_ids) - set(handed_over)
