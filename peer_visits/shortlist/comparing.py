"""A few applicants side by side: a fixed number of statements for two as for four."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.answers import AnswerLine
from peer_visits.applications.models import Application, Choice
from peer_visits.shortlist.access import list_answers_for_hosts, list_motivations_for_hosts
from peer_visits.shortlist.calibration import CalibratedScore
from peer_visits.shortlist.identity import Seen, as_seen
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.queries.conflicts import list_standings
from peer_visits.shortlist.queries.scores import calibrate_visit
from peer_visits.shortlist.rules import Standing
from peer_visits.visits.models import Visit

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class Compared:
    """One applicant beside others. With a conflict of interest nothing of what they wrote is here."""

    seen: Seen
    rank: int
    motivation: str
    answers: Mapping[uuid.UUID, AnswerLine]
    mine: Review | None
    score: CalibratedScore | None
    is_withheld: bool


def compare_choices(
    session: Session, visit: Visit, wanted: Sequence[uuid.UUID], reader: Person, *, hidden: bool
) -> list[Compared]:
    """Those of the wanted that are sent choices for this visit, in the sequence given."""
    query = (
        select(Choice)
        .where(Choice.id.in_(wanted), Choice.visit_id == visit.id, Choice.is_sent)
        .options(joinedload(Choice.application).joinedload(Application.person))
    )
    found = {choice.id: choice for choice in session.scalars(query).unique()}
    choices = [found[one] for one in dict.fromkeys(wanted) if one in found]
    own = _own_reviews(session, list(found), reader)
    standings = list_standings(session, visit, reader, list(found))
    withheld = {one for one, standing in standings.items() if standing.standing is not Standing.FREE}
    answers = list_answers_for_hosts(
        session, visit.call_id, [one for one in choices if one.id not in withheld], hidden=hidden
    )
    motivations = list_motivations_for_hosts(session, choices)
    scores = calibrate_visit(session, visit).scores
    return [
        Compared(
            seen=as_seen(choice.id, choice.application.person, hidden=hidden),
            rank=choice.rank,
            motivation="" if choice.id in withheld else motivations[choice.id],
            answers={line.question: line for line in answers.get(choice.id, ())},
            mine=own.get(choice.id),
            score=None if choice.id in withheld else scores.get(choice.id),
            is_withheld=choice.id in withheld,
        )
        for choice in choices
    ]


def _own_reviews(
    session: Session, choice_ids: Sequence[uuid.UUID], reader: Person
) -> Mapping[uuid.UUID, Review]:
    query = (
        select(Review)
        .where(Review.choice_id.in_(choice_ids), Review.reviewer_id == reader.id)
        .options(selectinload(Review.scores))
    )
    return {review.choice_id: review for review in session.scalars(query)}


def list_questions_of(compared: Sequence[Compared]) -> list[tuple[uuid.UUID, str]]:
    """The questions that anybody answered, each with its label, in the order they were first met."""
    labels = {line.question: line.label for one in compared for line in one.answers.values()}
    return list(labels.items())
