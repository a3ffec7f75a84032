"""The board of one visit: its sections with their lines."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.shortlist.calibration import CalibratedScore
from peer_visits.shortlist.identity import Seen, as_seen
from peer_visits.shortlist.models import Review, ShortlistEntry
from peer_visits.shortlist.moves import Order
from peer_visits.shortlist.queries.conflicts import FREE, list_standings
from peer_visits.shortlist.queries.piles import PILES, TO_DECIDE
from peer_visits.shortlist.rules import Standing
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit
from peer_visits.web.pages import PAGE_SIZE, Page, fetch_page

# Of the two ordered piles so many lines are shown at once: whole groups, so that lines can be drawn between them.
WINDOW = 60


@dataclass(frozen=True)
class BoardRow:
    """One choice on the board: who, not how to reach them, and none of their other choices."""

    choice_id: uuid.UUID
    seen: Seen
    rank: int
    points: float | None
    # Scores of the team are shown to whoever is free to read only.
    standing: Standing


@dataclass(frozen=True)
class BoardSection:
    """A pile as it is shown: some of its lines, where the first of them stands, and how many there are."""

    pile: str
    total: int
    rows: Sequence[BoardRow]
    page: Page[uuid.UUID]
    # By line, counted from 1; empty where a pile has no order.
    positions: dict[uuid.UUID, int] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is shown."""
        return self.page.total > len(self.rows)


@dataclass(frozen=True)
class Viewer:
    """Who looks at a board: whether they see the team's scores or their own, and names or references."""

    reader: Person
    sees_team: bool
    hidden: bool = False
    # Whoever sees the team's scores may see the undecided in the order of the adjusted ones.
    adjusted: Mapping[uuid.UUID, CalibratedScore] | None = None


@dataclass(frozen=True)
class Asked:
    """What part of the board somebody wants to see."""

    pile: str = ""
    found: ColumnElement[bool] | None = None
    page: int = 1


def list_sections(
    session: Session,
    visit: Visit,
    *,
    order: Order,
    saved: Order,
    asked: Asked,
    viewer: Viewer,
) -> list[BoardSection]:
    """The piles with their lines, in four statements at most. `order` may be one that is only tried.

    All together, the two ordered piles are shown whole (up to a limit), the undecided page by page, and of those
    who are not proposed only how many they are once they fill more than a page.
    """
    found = None if asked.found is None else _list_found(session, visit, asked.found)
    undecided = undecided_query(visit, order, saved, viewer)
    pages = {
        pile: _page_of(session, pile, order, asked, found, undecided, viewer)
        for pile in ([asked.pile] if asked.pile else PILES)
    }
    shown = [one for page in pages.values() for one in page.items]
    rows = list_board_rows(session, visit, shown, viewer)
    by_id = {row.choice_id: row for row in rows}
    return [_section(pile, page, order, by_id) for pile, page in pages.items()]


def _page_of(
    session: Session,
    pile: str,
    order: Order,
    asked: Asked,
    found: set[uuid.UUID] | None,
    undecided: Select[Any],
    viewer: Viewer,
) -> Page[uuid.UUID]:
    if pile == TO_DECIDE:
        query = undecided if asked.found is None else _with(undecided, asked.found)
        if viewer.adjusted is None:
            return fetch_page(session, query, asked.page)
        return _cut(_by_adjusted(session.scalars(query), viewer.adjusted), asked.page, PAGE_SIZE)
    lines = [one for one in order[Proposal(pile)] if found is None or one in found]
    size = PAGE_SIZE if pile == Proposal.NOT_PROPOSED else WINDOW
    everything = not asked.pile and found is None
    if pile == Proposal.NOT_PROPOSED and everything and len(lines) > size:
        return Page([], 1, len(lines), size)
    return _cut(lines, asked.page if asked.pile else 1, size)


def _cut(lines: Sequence[uuid.UUID], page: int, size: int) -> Page[uuid.UUID]:
    number = min(page, max(1, -(-len(lines) // size)))
    return Page(lines[(number - 1) * size : number * size], number, len(lines), size)


def _by_adjusted(lines: Iterable[uuid.UUID], scores: Mapping[uuid.UUID, CalibratedScore]) -> list[uuid.UUID]:
    """The best adjusted score first, the unscored last; equal ones as they came."""
    return sorted(lines, key=lambda one: -scores[one].adjusted if one in scores else 1.0)


def _section(pile: str, page: Page[uuid.UUID], order: Order, rows: dict[uuid.UUID, BoardRow]) -> BoardSection:
    has_order = pile in (Proposal.SHORTLISTED, Proposal.RESERVE)
    places = enumerate(order[Proposal(pile)], start=1) if has_order else ()
    shown = set(page.items)
    positions = {one: place for place, one in places if one in shown}
    lines = [rows[one] for one in page.items if one in rows]
    return BoardSection(pile, page.total, lines, page, positions)


def _list_found(session: Session, visit: Visit, found: ColumnElement[bool]) -> set[uuid.UUID]:
    query = select(Choice.id).where(Choice.visit_id == visit.id, Choice.is_sent)
    return set(session.scalars(_with(query, found)))


def _with(query: Select[Any], found: ColumnElement[bool]) -> Select[Any]:
    return (
        query.join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(found)
    )


def undecided_query(visit: Visit, order: Order, saved: Order, viewer: Viewer) -> Select[Any]:
    """Who is to decide, best score first; by own scores for a reviewer, by the team's for whoever leads.

    Narrow on purpose: a page is found here, and only its rows are read whole (`list_board_rows`).
    """
    placed, were_placed = _placed(order), _placed(saved)
    is_undecided: ColumnElement[bool] = ShortlistEntry.choice_id.is_(None)
    if placed != were_placed:
        stays = and_(is_undecided, Choice.id.not_in(placed - were_placed))
        is_undecided = or_(stays, Choice.id.in_(were_placed - placed))
    points = _points(viewer)
    return (
        select(Choice.id)
        .outerjoin(ShortlistEntry, ShortlistEntry.choice_id == Choice.id)
        .where(Choice.visit_id == visit.id, Choice.is_sent, is_undecided)
        .order_by(points.desc().nulls_last(), Choice.rank, Choice.id)
    )


def _placed(order: Order) -> set[uuid.UUID]:
    return {one for lines in order.values() for one in lines}


def list_board_rows(
    session: Session, visit: Visit, choice_ids: Sequence[uuid.UUID], viewer: Viewer
) -> list[BoardRow]:
    """The rows of these choices of the visit, in the sequence given: two statements."""
    query = (
        select(Choice.id, Person, Choice.rank, _points(viewer))
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(Choice.id.in_(choice_ids))
    )
    standings = list_standings(session, visit, viewer.reader, choice_ids)
    rows = {
        choice: BoardRow(
            choice,
            as_seen(choice, person, hidden=viewer.hidden),
            rank,
            points,
            standings.get(choice, FREE).standing,
        )
        for choice, person, rank, points in session.execute(query)
    }
    return [rows[one] for one in choice_ids]


def _points(viewer: Viewer) -> ScalarSelect[float | None]:
    query = select(func.avg(Review.points)).where(Review.choice_id == Choice.id)
    if not viewer.sees_team:
        query = query.where(Review.reviewer_id == viewer.reader.id)
    return query.correlate(Choice).scalar_subquery()
