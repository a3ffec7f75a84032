"""The scores of a visit's choices: as given, and adjusted for strict and mild readers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Choice
from peer_visits.calls.states import ScoreOrder
from peer_visits.kernel.text import Phrase
from peer_visits.shortlist.calibration import CalibratedScore, Calibration, Reading, calibrate, near_the_cut
from peer_visits.shortlist.identity import Seen, list_seen
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


@dataclass(frozen=True)
class TeamScores:
    """What a lead sees of a visit's scores: raw and adjusted, and whom a second reader should look at."""

    by_choice: Mapping[uuid.UUID, CalibratedScore]
    matters: bool
    sentence: Phrase
    order: ScoreOrder
    second: Sequence[Seen]

    @property
    def adjusted(self) -> Mapping[uuid.UUID, CalibratedScore] | None:
        """The scores that order the undecided where the call orders by adjusted ones."""
        return self.by_choice if self.order is ScoreOrder.ADJUSTED else None


def read_team_scores(session: Session, visit: Visit, *, hidden: bool) -> TeamScores:
    """Two statements. `second`: read once and near the last place, where one more reading decides most."""
    found, order = calibrate_visit(session, visit), visit.call.score_order
    near = near_the_cut(found.scores, visit.capacity, adjusted=order is ScoreOrder.ADJUSTED)
    seen = list_seen(session, near, hidden=hidden)
    return TeamScores(found.scores, found.matters, found.sentence, order, [seen[one] for one in near])


def score_in_order(score: CalibratedScore | None, order: ScoreOrder) -> float | None:
    """The score that a call puts its applicants in order by; none before somebody has scored."""
    if score is None:
        return None
    return score.adjusted if order is ScoreOrder.ADJUSTED else score.raw
