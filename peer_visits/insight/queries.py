"""Reads for figures: a fixed number of statements whatever the number of calls and people."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.insight.rules import middle_of
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.visits.models import Visit

ANSWERED = (PlaceState.ACCEPTED, PlaceState.DECLINED)


@dataclass
class CallFigures:
    """Everything that is told of one call."""

    call: Call
    applicants: int = 0
    capacity: int = 0
    visits: int = 0
    places: Counter[PlaceState] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)
    hours: list[float] = field(default_factory=list)
    countries: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    placed_countries: Counter[str] = field(default_factory=Counter)
    placed_kinds: Counter[str] = field(default_factory=Counter)
    host_countries: Counter[str] = field(default_factory=Counter)

    @property
    def is_counted(self) -> bool:
        """Whether this call was run here: of one that was run elsewhere and only shown, nothing is known."""
        return self.call.state is not CallState.ARCHIVED or bool(self.applicants or self.offers)

    @property
    def offers(self) -> int:
        """Places ever offered; what waits for an answer counts too."""
        return self.places.total()

    @property
    def accepted(self) -> int:
        """Places held by a yes."""
        return self.places[PlaceState.ACCEPTED]

    @property
    def settled(self) -> int:
        """Offers that were answered, or not in time."""
        return (
            self.places[PlaceState.ACCEPTED]
            + self.places[PlaceState.DECLINED]
            + self.places[PlaceState.LAPSED]
        )

    @property
    def acceptance(self) -> int | None:
        """Of the settled offers, how many of a hundred were accepted; nothing where none is settled."""
        return round(100 * self.accepted / self.settled) if self.settled else None

    @property
    def hours_to_answer(self) -> float | None:
        """Half of the people answered within so many hours."""
        return middle_of(self.hours)


def list_calls_of_programme(session: Session, programme_id: uuid.UUID) -> Sequence[Call]:
    """The calls of a programme that were ever public, the oldest first."""
    query = (
        select(Call)
        .where(Call.programme_id == programme_id, Call.state != CallState.DRAFT)
        .order_by(Call.closes_at, Call.id)
    )
    return session.scalars(query).unique().all()


def read_figures(session: Session, calls: Sequence[Call]) -> list[CallFigures]:
    """The figures of these calls, in three statements."""
    found = {call.id: CallFigures(call) for call in calls}
    _read_visits(session, found)
    _read_applicants(session, found)
    _read_places(session, found)
    return list(found.values())


def _read_visits(session: Session, found: dict[uuid.UUID, CallFigures]) -> None:
    rows = session.execute(
        select(Visit.call_id, Visit.country, func.count(), func.sum(Visit.capacity))
        .where(Visit.call_id.in_(found))
        .group_by(Visit.call_id, Visit.country)
    )
    for call_id, country, number, capacity in rows:
        figures = found[call_id]
        figures.visits += number
        figures.capacity += capacity
        figures.host_countries[country] += number


def _read_applicants(session: Session, found: dict[uuid.UUID, CallFigures]) -> None:
    rows = session.execute(
        select(Application.call_id, Application.country, Application.organisation_kind, func.count())
        .where(Application.call_id.in_(found), Application.state == ApplicationState.SUBMITTED)
        .group_by(Application.call_id, Application.country, Application.organisation_kind)
    )
    for call_id, country, kind, number in rows:
        figures = found[call_id]
        figures.applicants += number
        figures.countries[country or ""] += number
        figures.kinds[kind or ""] += number


def _read_places(session: Session, found: dict[uuid.UUID, CallFigures]) -> None:
    rows = session.execute(
        select(
            Visit.call_id,
            Place.state,
            Place.offered_at,
            Place.settled_at,
            Choice.rank,
            Application.country,
            Application.organisation_kind,
        )
        .join(Visit, Visit.id == Place.visit_id)
        .outerjoin(Choice, Choice.id == Place.choice_id)
        .outerjoin(Application, Application.id == Choice.application_id)
        .where(Visit.call_id.in_(found), Place.kind == PlaceKind.PARTICIPANT)
    )
    for call_id, state, offered_at, settled_at, rank, country, kind in rows:
        figures = found[call_id]
        figures.places[state] += 1
        if state in ANSWERED and settled_at:
            figures.hours.append(_hours(offered_at, settled_at))
        if state is PlaceState.ACCEPTED:
            figures.ranks[rank or 0] += 1
            figures.placed_countries[country or ""] += 1
            figures.placed_kinds[kind or ""] += 1


def _hours(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 3600)


def add_up(figures: Sequence[CallFigures]) -> dict[str, Counter[str]]:
    """Countries of hosts and participants over several calls."""
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for one in figures:
        total["hosts"] += one.host_countries
        total["participants"] += one.placed_countries
    return dict(total)
