"""Reading: one person's scores, note and conflict of interest on one choice."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Criterion
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.models import Review, Score
from peer_visits.shortlist.queries.conflicts import find_standing
from peer_visits.shortlist.queries.reading import find_choice, find_review
from peer_visits.shortlist.rules import Standing, weighted_score
from peer_visits.shortlist.services.conflicts import answer_conflict
from peer_visits.shortlist.services.revealing import require_open_scores
from peer_visits.shortlist.services.state import lock_shortlist, mark_read
from peer_visits.shortlist.states import Recommendation
from peer_visits.visits.models import Visit

WITHDRAWN = phrase("This application has been withdrawn meanwhile.")


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
    private_note: str = "",
    recommendation: Recommendation | None = None,
    by_itself: bool = False,
) -> Review:
    """Keep one person's reading of a choice. With a conflict of interest no score is kept, and no advice.

    `by_itself` tells that the page saved while somebody typed: notes alone then leave no line in the log.
    Raises Stale if another window saved first, Refused once the shortlist is handed over or the choice withdrawn.
    """
    require_open_scores(lock_shortlist(session, visit), visit)
    choice = find_choice(session, visit, choice_id)
    if choice is None:
        raise Refused(WITHDRAWN)
    if conflict_of_interest:
        answer_conflict(session, actor=actor, now=now, visit=visit, choice_id=choice_id, has=True)
    elif find_standing(session, visit, actor, choice_id).standing is not Standing.FREE:
        raise Refused(phrase("Say first whether you have a conflict of interest with this application."))
    criteria = session.scalars(select(Criterion).where(Criterion.call_id == visit.call_id)).all()
    counted = {} if conflict_of_interest else _checked(scores, criteria)
    content = Content(
        counted, None if conflict_of_interest else recommendation, conflict_of_interest, note, private_note
    )
    review = find_review(session, actor, choice_id)
    before = _content_of(review) if review else _NOTHING
    if review and before == content:
        return review  # sent twice, a double click: saved once
    review = _next_version(session, review, actor, choice_id, version, now)
    _write(session, review, content, weighted_score(counted, criteria))
    mark_read(session, choice)
    if not by_itself or before.judgement != content.judgement:
        _record(session, actor, now, visit, review, content)
    return review


@dataclass(frozen=True)
class Content:
    """What one reading says."""

    scores: Mapping[uuid.UUID, int]
    recommendation: Recommendation | None
    conflict_of_interest: bool
    note: str
    private_note: str

    @property
    def judgement(self) -> tuple[object, ...]:
        """What decides something; the rest is words."""
        return self.scores, self.recommendation, self.conflict_of_interest


_NOTHING = Content({}, None, conflict_of_interest=False, note="", private_note="")


def _content_of(review: Review) -> Content:
    return Content(
        {score.criterion_id: score.value for score in review.scores},
        review.recommendation,
        review.conflict_of_interest,
        review.note,
        review.private_note,
    )


def _write(session: Session, review: Review, content: Content, points: float | None) -> None:
    review.conflict_of_interest, review.recommendation = content.conflict_of_interest, content.recommendation
    review.note, review.private_note, review.points = content.note, content.private_note, points
    session.flush()
    session.execute(delete(Score).where(Score.review_id == review.id))
    session.add_all(
        [Score(review_id=review.id, criterion_id=one, value=value) for one, value in content.scores.items()]
    )


def _record(
    session: Session, actor: Person, now: datetime, visit: Visit, review: Review, content: Content
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action="review.saved",
        subject=review,
        programme_id=visit.call.programme_id,
        scored=len(content.scores),
        conflict_of_interest=content.conflict_of_interest,
    )


def _checked(scores: Mapping[uuid.UUID, int], criteria: Sequence[Criterion]) -> dict[uuid.UUID, int]:
    maxima = {criterion.id: criterion.maximum for criterion in criteria}
    for criterion_id, value in scores.items():
        if not 0 <= value <= maxima.get(criterion_id, -1):
            raise Refused(phrase("A score lies outside its scale."))
    return dict(scores)


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
    review.saved_at = now
    return review
