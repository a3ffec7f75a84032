"""What stands on the selection sheet, as one reader may see it: a fixed number of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Criterion
from peer_visits.kernel.text import Phrase
from peer_visits.shortlist.calibration import CalibratedScore
from peer_visits.shortlist.identity import Seen, as_seen
from peer_visits.shortlist.models import Conflict, Review, ShortlistEntry
from peer_visits.shortlist.queries.conflicts import list_standings
from peer_visits.shortlist.queries.scores import calibrate_visit, score_in_order
from peer_visits.shortlist.rules import Standing
from peer_visits.shortlist.states import ConflictState, Proposal, Recommendation
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class SheetReading:
    """One reader's reading of one applicant, as far as it counts."""

    reader: str
    values: Sequence[int | None]
    points: float | None
    recommendation: Recommendation | None
    note: str
    saved_at: datetime


@dataclass(frozen=True)
class SheetRow:
    """One applicant: where the host has put them, and what it rests on.

    `conflicts`: who has declared a conflict of interest. `is_withheld`: whoever looks has one, or has first to
    say that there is none, and sees no score and no word of others.
    """

    seen: Seen
    rank: int
    proposal: Proposal | None
    place: int | None
    score: CalibratedScore | None
    means: Sequence[float | None]
    readings: Sequence[SheetReading]
    conflicts: Sequence[str]
    is_withheld: bool


@dataclass(frozen=True)
class Decision:
    """One line of the log about this shortlist."""

    at: datetime
    who: str
    action: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """The whole sheet."""

    visit: Visit
    criteria: Sequence[Criterion]
    rows: Sequence[SheetRow]
    decisions: Sequence[Decision]
    sentence: Phrase
    is_blind: bool


def read_sheet(session: Session, visit: Visit, reader: Person, *, hidden: bool, sees_all: bool) -> Sheet:
    """Every applicant in the host's order. `hidden` says whether names are.

    Whoever does not see all (`sees_all`: the organiser) sees nothing of applicants that a conflict of interest
    keeps from them, or that they must first be asked about.
    """
    criteria = session.scalars(
        select(Criterion).where(Criterion.call_id == visit.call_id).order_by(Criterion.position)
    ).all()
    reviews, conflicts = _reviews(session, visit), _conflicts(session, visit)
    withheld = set() if sees_all else _withheld(session, visit, reader)
    calibration = calibrate_visit(session, visit)
    rows = [
        _row(
            choice,
            proposal,
            reviews[choice.id],
            criteria,
            calibration.scores.get(choice.id),
            conflicts[choice.id],
            hidden=hidden,
            withheld=choice.id in withheld,
        )
        for choice, proposal in _choices(session, visit)
    ]
    return Sheet(
        visit,
        criteria,
        _in_order(rows, visit),
        _decisions(session, visit),
        calibration.sentence,
        hidden,
    )


def _choices(session: Session, visit: Visit) -> Iterable[tuple[Choice, Proposal | None]]:
    query = (
        select(Choice, ShortlistEntry.proposal)
        .outerjoin(ShortlistEntry, ShortlistEntry.choice_id == Choice.id)
        .where(Choice.visit_id == visit.id, Choice.is_sent)
        .options(joinedload(Choice.application).joinedload(Application.person))
        .order_by(ShortlistEntry.position.nulls_last(), Choice.rank, Choice.id)
    )
    return [(choice, proposal) for choice, proposal in session.execute(query).unique()]


def _reviews(session: Session, visit: Visit) -> Mapping[uuid.UUID, list[Review]]:
    query = (
        select(Review)
        .join(Choice, Choice.id == Review.choice_id)
        .where(Choice.visit_id == visit.id, Choice.is_sent)
        .options(joinedload(Review.reviewer), selectinload(Review.scores))
        .order_by(Review.saved_at, Review.id)
    )
    found: dict[uuid.UUID, list[Review]] = defaultdict(list)
    for review in session.scalars(query).unique():
        found[review.choice_id].append(review)
    return found


def _conflicts(session: Session, visit: Visit) -> Mapping[uuid.UUID, list[str]]:
    query = (
        select(Conflict.choice_id, Person.name)
        .join(Person, Person.id == Conflict.person_id)
        .join(Choice, Choice.id == Conflict.choice_id)
        .where(Choice.visit_id == visit.id, Conflict.state == ConflictState.DECLARED)
        .order_by(Person.name, Person.id)
    )
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for choice_id, name in session.execute(query):
        found[choice_id].append(name)
    return found


def _withheld(session: Session, visit: Visit, reader: Person) -> set[uuid.UUID]:
    standings = list_standings(session, visit, reader)
    return {one for one, found in standings.items() if found.standing is not Standing.FREE}


def _row(
    choice: Choice,
    proposal: Proposal | None,
    reviews: Sequence[Review],
    criteria: Sequence[Criterion],
    score: CalibratedScore | None,
    conflicts: Sequence[str],
    *,
    hidden: bool,
    withheld: bool,
) -> SheetRow:
    counted = [] if withheld else [one for one in reviews if not one.conflict_of_interest]
    readings = [_reading(one, criteria) for one in counted]
    return SheetRow(
        seen=as_seen(choice.id, choice.application.person, hidden=hidden),
        rank=choice.rank,
        proposal=proposal,
        place=None,
        score=None if withheld else score,
        means=[_mean(reading.values[at] for reading in readings) for at in range(len(criteria))],
        readings=readings,
        conflicts=conflicts,
        is_withheld=withheld,
    )


def _reading(review: Review, criteria: Sequence[Criterion]) -> SheetReading:
    values = {score.criterion_id: score.value for score in review.scores}
    return SheetReading(
        review.reviewer.name,
        [values.get(criterion.id) for criterion in criteria],
        review.points,
        review.recommendation,
        review.note,
        review.saved_at,
    )


def _mean(values: Iterable[int | None]) -> float | None:
    given = [value for value in values if value is not None]
    return sum(given) / len(given) if given else None


_PILES = (Proposal.SHORTLISTED, Proposal.RESERVE, None, Proposal.NOT_PROPOSED)


def _in_order(rows: Sequence[SheetRow], visit: Visit) -> list[SheetRow]:
    """The two ordered piles with places counted from 1, then the undecided and the rest by the call's score."""
    found: list[SheetRow] = []
    for pile in _PILES:
        of_pile = [row for row in rows if row.proposal is pile]
        if pile in (Proposal.SHORTLISTED, Proposal.RESERVE):
            found += [_placed(row, place) for place, row in enumerate(of_pile, start=1)]
        else:
            found += sorted(
                of_pile, key=lambda row: -(score_in_order(row.score, visit.call.score_order) or -1)
            )
    return found


def _placed(row: SheetRow, place: int) -> SheetRow:
    return replace(row, place=place)


def _decisions(session: Session, visit: Visit) -> list[Decision]:
    query = (
        select(AuditLine.at, Person.name, AuditLine.action, AuditLine.detail)
        .outerjoin(Person, Person.id == AuditLine.actor_id)
        .where(
            AuditLine.subject_kind == "shortlist",
            AuditLine.subject_id == visit.id,
        )
        .order_by(AuditLine.at, AuditLine.id)
    )
    return [Decision(at, name or "", action, detail) for at, name, action, detail in session.execute(query)]
