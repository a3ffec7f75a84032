"""The scores of a visit's choices: as given, and adjusted for strict and mild readers."""

from __future__ import annotations

import uuid

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Choice
from peer_visits.calls.states import ScoreOrder
from peer_visits.shortlist.calibration import CalibratedScore, Calibration, Reading, calibrate
from peer_visits.shortlist.models import Review
from peer_visits.visits.models import Visit


def calibrate_visit(session: Session, visit: Visit) -> Calibration[uuid.UUID, uuid.UUID]:
    """Every scored choice of the visit, in one statement. Withdrawn ones and half readings are left out."""
    # Ids as text: a board of 500 compares and hashes thousands of them.
    query = (
        select(cast(Review.choice_id, String), cast(Review.reviewer_id, String), Review.points)
        .join(Choice, Choice.id == Review.choice_id)
        .where(Choice.visit_id == visit.id, Choice.is_sent, Review.points.is_not(None))
        .order_by(Review.choice_id, Review.reviewer_id)
    )
    rows = session.execute(query)
    found = calibrate(Reading(choice, reader, points or 0.0) for choice, reader, points in rows)
    scores = {uuid.UUID(one): score for one, score in found.scores.items()}
    levels = {uuid.UUID(one): level for one, level in found.levels.items()}
    return Calibration(scores, levels, found.matters, found.sentence)


def score_in_order(score: CalibratedScore | None, order: ScoreOrder) -> float | None:
    """The score that a call puts its applicants in order by; none before somebody has scored."""
    if score is None:
        return None
    return score.adjusted if order is ScoreOrder.ADJUSTED else score.raw
