"""Reading: one person's scores, note and conflict of interest on one choice."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Criterion
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.models import Review, Score
from peer_visits.shortlist.queries.reading import find_choice, find_review
from peer_visits.shortlist.rules import weighted_score
from peer_visits.shortlist.services.revealing import require_open_scores
from peer_visits.shortlist.services.state import lock_shortlist
from peer_visits.visits.models import Visit


def save_review(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    choice_id: uuid.UUID,
    version: int,
    scores: Mapping[uuid.UUID, int],
    conflict_of_interest: bool,
    note: str,
) -> Review:
    """Keep one person's reading of a choice. With a conflict of interest no score is kept."""
    require_open_scores(lock_shortlist(session, visit), visit)
    choice = find_choice(session, visit, choice_id)
    if choice is None:
        raise Refused(phrase("This application has been withdrawn meanwhile."))
    choice.is_read = True
    criteria = session.scalars(select(Criterion).where(Criterion.call_id == visit.call_id)).all()
    counted = {} if conflict_of_interest else _checked(scores, criteria)
    review = find_review(session, actor, choice_id)
    if review and _is_same(review, counted, note, conflict_of_interest=conflict_of_interest):
        return review  # sent twice, a double click: saved once
    review = _next_version(session, review, actor, choice_id, version, now)
    review.conflict_of_interest, review.note, review.saved_at = conflict_of_interest, note, now
    review.points = weighted_score(counted, criteria)
    session.flush()
    session.execute(delete(Score).where(Score.review_id == review.id))
    session.add_all(
        [Score(review_id=review.id, criterion_id=one, value=value) for one, value in counted.items()]
    )
    record(
        session,
        actor=actor,
        now=now,
        action="review.saved",
        subject=review,
        programme_id=visit.call.programme_id,
        scored=len(counted),
        conflict_of_interest=conflict_of_interest,
    )
    return review


def _checked(scores: Mapping[uuid.UUID, int], criteria: Sequence[Criterion]) -> dict[uuid.UUID, int]:
    maxima = {criterion.id: criterion.maximum for criterion in criteria}
    for criterion_id, value in scores.items():
        if not 0 <= value <= maxima.get(criterion_id, -1):
            raise Refused(phrase("A score lies outside its scale."))
    return dict(scores)


def _is_same(
    review: Review, scores: Mapping[uuid.UUID, int], note: str, *, conflict_of_interest: bool
) -> bool:
    stored = {score.criterion_id: score.value for score in review.scores}
    return (stored, review.note, review.conflict_of_interest) == (scores, note, conflict_of_interest)


def _next_version(
    session: Session, review: Review | None, actor: Person, choice_id: uuid.UUID, version: int, now: datetime
) -> Review:
    if review is None:
        review = Review(choice_id=choice_id, reviewer_id=actor.id, saved_at=now, version=1)
        session.add(review)
    elif review.version != version:
        raise Stale
    else:
        review.version = version + 1
    return review
