"""What must always hold of shortlists, beyond what the database refuses by itself."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Choice
from peer_visits.calls.models import Criterion
from peer_visits.shortlist.models import Review, Score, ShortlistEntry


def find_broken(session: Session) -> list[str]:
    """One sentence for each shortlist or review that breaks a rule."""
    return [
        f"{what} {identity}: {problem}"
        for (what, problem), query in _PROBLEMS.items()
        for identity in session.scalars(query)
    ]


def _entries_of_another_visit() -> Select[object]:
    return (
        select(ShortlistEntry.choice_id)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .where(Choice.visit_id != ShortlistEntry.visit_id)
    )


def _positions_held_twice() -> Select[object]:
    return (
        select(ShortlistEntry.visit_id)
        .where(ShortlistEntry.position.is_not(None))
        .group_by(ShortlistEntry.visit_id, ShortlistEntry.proposal, ShortlistEntry.position)
        .having(func.count() > 1)
    )


def _scores_out_of_range() -> Select[object]:
    return (
        select(Score.review_id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Score.value > Criterion.maximum)
    )


def _scores_in_conflict() -> Select[object]:
    return (
        select(Score.review_id)
        .join(Review, Review.id == Score.review_id)
        .where(Review.conflict_of_interest)
        .distinct()
    )


def _entries_of_unsent() -> Select[object]:
    return (
        select(ShortlistEntry.choice_id)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .where(~Choice.is_sent)
    )


def _wrongly_read() -> Select[object]:
    is_scored = select(Review.id).where(Review.choice_id == Choice.id, Review.points.is_not(None)).exists()
    return select(Choice.id).where(Choice.is_read != is_scored)


_PROBLEMS = {
    ("choice", "marked as read without a whole score, or the other way round"): _wrongly_read(),
    ("shortlist entry", "its application is not sent"): _entries_of_unsent(),
    ("shortlist entry", "its choice is for another visit"): _entries_of_another_visit(),
    ("shortlist of visit", "a position is held twice"): _positions_held_twice(),
    ("review", "a score is above its criterion's maximum"): _scores_out_of_range(),
    ("review", "a conflict of interest, and yet a score"): _scores_in_conflict(),
}
