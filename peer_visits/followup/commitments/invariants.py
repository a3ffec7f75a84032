"""What must always hold of commitments."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from peer_visits.followup.commitments.models import Commitment


def find_broken(session: Session) -> list[str]:
    """Commitments that stand as nobody said."""
    query = select(Commitment).options(selectinload(Commitment.answers)).order_by(Commitment.id)
    return [
        f"commitment {one.id} stands as {one.state.value}, which is not what was said last"
        for one in session.scalars(query)
        if not _is_as_said(one)
    ]


def _is_as_said(commitment: Commitment) -> bool:
    stands = (commitment.state, commitment.reason, commitment.answered_at, commitment.answered_months)
    if not commitment.answers:
        return commitment.answered_at is None
    last = commitment.answers[-1]
    return stands == (last.state, last.reason, last.at, last.months)
