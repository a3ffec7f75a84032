"""Every choice of a call with its person and the host's word on it, read in one or two statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.allocation.settings import Points
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel.text import fold
from peer_visits.shortlist.calibration import Reading, calibrate
from peer_visits.shortlist.models import Review, Shortlist, ShortlistEntry
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.visits.models import Visit

_PROPOSED = (Proposal.SHORTLISTED, Proposal.RESERVE)


@dataclass(frozen=True)
class Wish:
    """One choice of a sent application, its person by what rules ask about; `order` is the host's, if proposed."""

    choice: uuid.UUID
    application: uuid.UUID
    person: uuid.UUID
    visit: uuid.UUID
    rank: int
    country: str | None
    organisation: str
    kind: OrganisationKind | None
    order: tuple[int, int] | None
    mean: float | None = None


def list_wishes_of_call(session: Session, call_id: uuid.UUID, points: Points) -> list[Wish]:
    """The choices of sent applications, in no order; the mean of the scores only where it is asked for."""
    means = {} if points is Points.ORDER else _means(session, call_id, points)
    return [
        Wish(
            choice=row.id,
            application=row.application_id,
            person=row.person_id,
            visit=row.visit_id,
            rank=row.rank,
            country=row.country,
            organisation=fold(row.organisation),
            kind=row.organisation_kind,
            order=(_PROPOSED.index(row.proposal), row.position or 0) if row.proposal in _PROPOSED else None,
            mean=means.get(row.id),
        )
        for row in session.execute(_wishes(call_id))
    ]


def _wishes(call_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    """Choices of sent applications. A host's order counts once it is handed over."""
    handed_over = and_(Shortlist.visit_id == Choice.visit_id, Shortlist.state == ShortlistState.HANDED_OVER)
    entry = and_(ShortlistEntry.choice_id == Choice.id, ShortlistEntry.visit_id == Shortlist.visit_id)
    return (
        select(
            Choice.id,
            Choice.application_id,
            Choice.visit_id,
            Choice.rank,
            Application.person_id,
            Person.country,
            Person.organisation,
            Person.organisation_kind,
            ShortlistEntry.proposal,
            ShortlistEntry.position,
        )
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Shortlist, handed_over)
        .outerjoin(ShortlistEntry, entry)
        .where(Application.call_id == call_id, Application.state == ApplicationState.SUBMITTED)
    )


def _means(session: Session, call_id: uuid.UUID, points: Points) -> dict[uuid.UUID, float]:
    """The mean of what a choice's readers gave it, or the one corrected for each visit's strict and mild readers.

    A conflict of interest counts nothing, and nor does a reading without all its scores.
    """
    by_visit: dict[uuid.UUID, list[Reading[uuid.UUID, uuid.UUID]]] = defaultdict(list)
    rows = session.execute(
        select(Choice.visit_id, Review.choice_id, Review.reviewer_id, Review.points)
        .join(Choice, Choice.id == Review.choice_id)
        .join(Visit, Visit.id == Choice.visit_id)
        .where(Visit.call_id == call_id, Review.points.is_not(None))
        .order_by(Review.choice_id, Review.reviewer_id)
    )
    for visit_id, choice_id, reader_id, given in rows:
        by_visit[visit_id].append(Reading(choice_id, reader_id, given or 0.0))
    return {
        choice: score.adjusted if points is Points.ADJUSTED else score.raw
        for readings in by_visit.values()
        for choice, score in calibrate(readings).scores.items()
    }
