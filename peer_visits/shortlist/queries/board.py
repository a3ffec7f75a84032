"""The board of one visit: its choices in order, its piles, its group so far."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, exists, func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.applications.models import Application, Choice
from peer_visits.shortlist.identity import Seen, as_seen
from peer_visits.shortlist.models import Conflict, Review, ShortlistEntry
from peer_visits.shortlist.states import ConflictState, Proposal
from peer_visits.visits.models import Visit

TO_DECIDE = "to_decide"


@dataclass(frozen=True)
class BoardRow:
    """One choice on the board: who, not how to reach them, and none of their other choices."""

    choice_id: uuid.UUID
    seen: Seen
    rank: int
    points: float | None
    proposal: Proposal | None
    position: int | None
    in_conflict: bool


@dataclass(frozen=True)
class Group:
    """The shortlisted so far: how many, from which countries and kinds of organisation."""

    size: int
    countries: dict[str, int]
    kinds: dict[OrganisationKind | None, int]


def board_query(
    visit: Visit, *, reader: Person, sees_team: bool, pile: str = "", found: ColumnElement[bool] | None = None
) -> Select[Any]:
    """The choices of the board in its order: shortlisted, reserve, then the undecided by score.

    Narrow on purpose: a page is found here, and only its rows are read whole (`list_board_rows`).
    A reviewer's order follows own scores; whoever leads sees the team's mean. `found` is what is searched
    for, from `identity.found_by`.
    """
    undecided = ShortlistEntry.proposal.is_(None)
    points = case((undecided, _points(reader, sees_team=sees_team)))
    query: Select[Any] = (
        select(Choice.id)
        .outerjoin(ShortlistEntry, ShortlistEntry.choice_id == Choice.id)
        .where(Choice.visit_id == visit.id, Choice.is_sent)
        .order_by(_PILES, ShortlistEntry.position, points.desc().nulls_last(), Choice.rank, Choice.id)
    )
    if pile == TO_DECIDE:
        query = query.where(undecided)
    elif pile in set(Proposal):
        query = query.where(ShortlistEntry.proposal == Proposal(pile))
    return query if found is None else _with_words(query, found)


def _with_words(query: Select[Any], found: ColumnElement[bool]) -> Select[Any]:
    return (
        query.join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(found)
    )


def list_board_rows(
    session: Session, choice_ids: Sequence[uuid.UUID], *, reader: Person, sees_team: bool, hidden: bool
) -> list[BoardRow]:
    """The rows of these choices, in the sequence given."""
    columns: list[Any] = [
        Choice.id,
        Person,
        Choice.rank,
        _points(reader, sees_team=sees_team),
        ShortlistEntry.proposal,
        ShortlistEntry.position,
        _in_conflict(reader),
    ]
    query = (
        select(*columns)
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(ShortlistEntry, ShortlistEntry.choice_id == Choice.id)
        .where(Choice.id.in_(choice_ids))
    )
    rows = {
        choice_id: BoardRow(choice_id, as_seen(choice_id, person, hidden=hidden), *rest)
        for choice_id, person, *rest in session.execute(query)
    }
    return [rows[one] for one in choice_ids]


_PILES = case(
    (ShortlistEntry.proposal == Proposal.SHORTLISTED, 0),
    (ShortlistEntry.proposal == Proposal.RESERVE, 1),
    (ShortlistEntry.proposal.is_(None), 2),
    else_=3,
)


def _points(reader: Person, *, sees_team: bool) -> ScalarSelect[float | None]:
    query = select(func.avg(Review.points)).where(Review.choice_id == Choice.id)
    if not sees_team:
        query = query.where(Review.reviewer_id == reader.id)
    return query.correlate(Choice).scalar_subquery()


def _in_conflict(reader: Person) -> ColumnElement[bool]:
    return exists().where(
        Conflict.choice_id == Choice.id,
        Conflict.person_id == reader.id,
        Conflict.state == ConflictState.DECLARED,
    )


def count_piles(session: Session, visit: Visit) -> dict[str, int]:
    """How many choices lie on each pile. Whoever withdraws leaves the piles, so entries alone are counted."""
    entries = (
        select(ShortlistEntry.proposal, func.count())
        .where(ShortlistEntry.visit_id == visit.id)
        .group_by(ShortlistEntry.proposal)
    )
    counted: dict[Proposal, int] = dict(session.execute(entries).all())
    total = session.scalar(select(func.count()).where(Choice.visit_id == visit.id, Choice.is_sent)) or 0
    undecided = total - sum(counted.values())
    return {TO_DECIDE: undecided, **{pile.value: counted.get(pile, 0) for pile in Proposal}}


def find_group(session: Session, visit: Visit) -> Group:
    """The shortlisted so far, in one statement."""
    query = (
        select(Person.country, Person.organisation_kind, func.count())
        .select_from(ShortlistEntry)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .join(Choice.application)
        .join(Person, Person.id == Application.person_id)
        .where(
            ShortlistEntry.visit_id == visit.id,
            ShortlistEntry.proposal == Proposal.SHORTLISTED,
            Choice.is_sent,
        )
        .group_by(Person.country, Person.organisation_kind)
    )
    countries: dict[str, int] = {}
    kinds: dict[OrganisationKind | None, int] = {}
    for country, kind, count in session.execute(query):
        countries[country or ""] = countries.get(country or "", 0) + count
        kinds[kind] = kinds.get(kind, 0) + count
    largest_first = dict(sorted(countries.items(), key=lambda one: (-one[1], one[0])))
    return Group(sum(kinds.values()), largest_first, kinds)


def list_positions(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Where everybody on the two ordered piles stands now, counted anew where somebody withdrew."""
    positions: dict[uuid.UUID, int] = {}
    heights: Counter[Proposal] = Counter()
    rows = session.execute(
        select(ShortlistEntry.choice_id, ShortlistEntry.proposal)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .where(
            ShortlistEntry.visit_id == visit_id,
            ShortlistEntry.position.is_not(None),
            Choice.is_sent,
        )
        .order_by(ShortlistEntry.position)
    )
    for choice_id, pile in rows:
        heights[pile] += 1
        positions[choice_id] = heights[pile]
    return positions


def list_choice_ids(session: Session, visit: Visit, wanted: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those of the wanted that are sent choices for this visit, in the sequence given."""
    query = select(Choice.id).where(
        Choice.id.in_(wanted),
        Choice.visit_id == visit.id,
        Choice.is_sent,
    )
    known = set(session.scalars(query))
    return [one for one in dict.fromkeys(wanted) if one in known]
