"""Whom a visit's group could be made of, and the group that was found last."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.suggesting.models import SuggestedGroup
from peer_visits.allocation.suggesting.rules import Candidate, Caps, Found, Question
from peer_visits.applications.models import Application, Choice
from peer_visits.kernel.text import fold
from peer_visits.shortlist.moves import Move, Order
from peer_visits.shortlist.queries.scores import calibrate_visit, score_in_order
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit


def read_question(session: Session, visit: Visit, order: Order) -> Question:
    """Which group is best as scores, board and limits are now."""
    caps = Caps(visit.call.most_per_country, visit.call.most_per_organisation)
    return Question(_list_candidates(session, visit, order), visit.capacity, caps, visit.slug)


def find_suggested_group(session: Session, visit: Visit) -> SuggestedGroup | None:
    """The latest that was asked for."""
    return session.get(SuggestedGroup, visit.id)


def as_answer(found: Found, question: Question) -> dict[str, Any]:
    """What was found as it is kept, with the question it answers."""
    group = sorted(str(one) for one in found.group)
    return {"group": group, "is_proven": found.is_proven, "question": question.digest}


def read_answer(answer: Mapping[str, Any]) -> Found:
    """What was kept."""
    return Found(frozenset(uuid.UUID(one) for one in answer["group"]), answer["is_proven"])


def _list_candidates(session: Session, visit: Visit, order: Order) -> list[Candidate]:
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
