"""Conflicts of interest: said by the reader, proposed from data, lifted by the organiser."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.audit.services import record
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.models import Conflict, Review, Score
from peer_visits.shortlist.queries.conflicts import Found, find_standing
from peer_visits.shortlist.queries.reading import find_choice
from peer_visits.shortlist.rules import Standing
from peer_visits.shortlist.services.sharing_out import share_out
from peer_visits.shortlist.services.state import lock_shortlist, mark_read
from peer_visits.shortlist.states import ConflictState, Signal
from peer_visits.visits.models import Visit


def answer_conflict(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    choice_id: uuid.UUID,
    has: bool,
    reason: str = "",
) -> None:
    """The reader says whether there is a conflict; said once, it can be taken back, and the log keeps both.

    With one, scores given before no longer count, and the application goes to another reader.
    """
    lock_shortlist(session, visit)
    if find_choice(session, visit, choice_id) is None:
        raise Refused(phrase("This application has been withdrawn meanwhile."))
    found = find_standing(session, visit, actor, choice_id)
    if not has and found.standing is Standing.KEPT_OUT and found.state is not ConflictState.DECLARED:
        raise Refused(phrase("Only the organiser can say that there is no conflict here."))
    state = ConflictState.DECLARED if has else ConflictState.NONE
    _keep(session, actor, now, visit, choice_id, actor.id, found, state, reason)
    _mark_review(session, actor, choice_id, has=has)
    share_out(session, visit)


def lift_conflict(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    choice_id: uuid.UUID,
    person_id: uuid.UUID,
) -> None:
    """The organiser says that there is no conflict: the reader may read."""
    lock_shortlist(session, visit)
    reader = session.get(Person, person_id)
    if reader is None or find_choice(session, visit, choice_id) is None:
        raise NotFound
    found = find_standing(session, visit, reader, choice_id)
    _keep(session, actor, now, visit, choice_id, person_id, found, ConflictState.LIFTED, found.reason)
    share_out(session, visit)


def propose_conflict(
    session: Session, *, choice_id: uuid.UUID, person_id: uuid.UUID, signals: Iterable[Signal]
) -> bool:
    """Note what data outside this room say. An answer given before stays; returns whether anything is new."""
    kept = session.get(Conflict, (choice_id, person_id))
    if kept is None:
        kept = Conflict(choice_id=choice_id, person_id=person_id, state=ConflictState.PROPOSED, signals=[])
        session.add(kept)
    fresh = {str(one) for one in signals} - set(kept.signals)
    kept.signals = sorted({*kept.signals, *fresh})
    session.flush()
    return bool(fresh)


def _keep(
    session: Session,
    actor: Person,
    now: datetime,
    visit: Visit,
    choice_id: uuid.UUID,
    person_id: uuid.UUID,
    found: Found,
    state: ConflictState,
    reason: str,
) -> None:
    kept = session.get(Conflict, (choice_id, person_id))
    if kept is None:
        kept = Conflict(choice_id=choice_id, person_id=person_id)
        session.add(kept)
    kept.state, kept.signals, kept.reason = state, [str(one) for one in found.signals], reason
    kept.answered_at, kept.answered_by = now, actor.id
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="conflict.answered",
        subject=visit,
        programme_id=visit.call.programme_id,
        choice=str(choice_id),
        before=found.state or "none",
        after=state,
    )


def _mark_review(session: Session, reader: Person, choice_id: uuid.UUID, *, has: bool) -> None:
    """The reader's own reading, if any: with a conflict its scores are gone, without one it can be scored anew."""
    review = session.scalar(
        select(Review).where(Review.choice_id == choice_id, Review.reviewer_id == reader.id)
    )
    if review is None or review.conflict_of_interest == has:
        return
    if not has:
        review.conflict_of_interest = False
        session.flush()
        return
    session.execute(delete(Score).where(Score.review_id == review.id))
    review.points, review.recommendation, review.conflict_of_interest = None, None, True
    session.flush()
    session.expire(review)
    mark_read(session, session.get_one(Choice, choice_id))
