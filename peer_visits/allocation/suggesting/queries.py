"""Whom a visit's group could be made of."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.suggesting.rules import Candidate
from peer_visits.applications.models import Application, Choice
from peer_visits.kernel.text import fold
from peer_visits.shortlist.moves import Move, Order
from peer_visits.shortlist.queries.scores import calibrate_visit, score_in_order
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit


def list_candidates(session: Session, visit: Visit, order: Order) -> list[Candidate]:
    """Everybody with a score whom the team has not turned down, in two statements."""
    scores = calibrate_visit(session, visit).scores
    turned_down = set(order[Proposal.NOT_PROPOSED])
    query = (
        select(Choice.id, Choice.rank, Person.country, Person.organisation)
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(Choice.visit_id == visit.id, Choice.is_sent)
        .order_by(Choice.id)
    )
    return [
        Candidate(choice, points, rank, country or "", fold(organisation))
        for choice, rank, country, organisation in session.execute(query)
        if choice not in turned_down
        and (points := score_in_order(scores.get(choice), visit.call.score_order)) is not None
    ]


def moves_to(group: list[uuid.UUID], order: Order) -> list[Move]:
    """What makes this group the shortlist: it comes first, and whoever leaves it goes to the top of the reserve."""
    leaving = tuple(one for one in order[Proposal.SHORTLISTED] if one not in set(group))
    moves = [Move(tuple(group), Proposal.SHORTLISTED, at=1)]
    return [*moves, Move(leaving, Proposal.RESERVE, at=1)] if leaving else moves
