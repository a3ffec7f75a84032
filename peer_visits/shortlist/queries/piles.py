"""The piles of a board: which choices of a visit there are, and how many lie on each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Choice
from peer_visits.shortlist.models import ShortlistEntry
from peer_visits.shortlist.moves import Order
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit

TO_DECIDE = "to_decide"
PILES = (Proposal.SHORTLISTED.value, Proposal.RESERVE.value, TO_DECIDE, Proposal.NOT_PROPOSED.value)


def count_choices(session: Session, visit: Visit) -> int:
    """How many people have applied to the visit."""
    query = select(func.count()).where(Choice.visit_id == visit.id, Choice.is_sent)
    return session.scalar(query) or 0


def piles_of(order: Order, total: int) -> dict[str, int]:
    """How many lines lie on each pile, the undecided first."""
    counts = {pile.value: len(order[pile]) for pile in Proposal}
    return {TO_DECIDE: total - sum(counts.values()), **counts}


def count_piles(session: Session, visit: Visit) -> dict[str, int]:
    """How many choices lie on each pile. Whoever withdraws leaves the piles, so entries alone are counted."""
    entries = (
        select(ShortlistEntry.proposal, func.count())
        .where(ShortlistEntry.visit_id == visit.id)
        .group_by(ShortlistEntry.proposal)
    )
    counted: dict[Proposal, int] = dict(session.execute(entries).all())
    undecided = count_choices(session, visit) - sum(counted.values())
    return {TO_DECIDE: undecided, **{pile.value: counted.get(pile, 0) for pile in Proposal}}


def list_choice_ids(session: Session, visit: Visit, wanted: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those of the wanted that are sent choices for this visit, in the sequence given."""
    query = select(Choice.id).where(
        Choice.id.in_(wanted),
        Choice.visit_id == visit.id,
        Choice.is_sent,
    )
    known = set(session.scalars(query))
    return [one for one in dict.fromkeys(wanted) if one in known]
