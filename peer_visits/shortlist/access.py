"""Fetch what a host may read, and say who sees which review."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.answers import FOR_HOSTS, AnswerLine
from peer_visits.applications.copies import Reader, read_files
from peer_visits.applications.models import Attachment, Choice
from peer_visits.kernel.errors import NotFound
from peer_visits.questions.queries import read_wordings
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.queries.reading import find_choice, list_reviews
from peer_visits.visits.models import Visit


def get_choice_for_host(session: Session, visit: Visit, choice_id: uuid.UUID) -> Choice:
    """A sent choice for a visit the host was already granted. Raises NotFound for any other visit's."""
    choice = find_choice(session, visit, choice_id)
    if choice is None:
        raise NotFound
    return choice


def list_answers_for_host(session: Session, choice: Choice) -> list[AnswerLine]:
    """What hosts may read of the answers: those about the person first, then those about this visit."""
    order, wordings = read_wordings(session, choice.application.call_id)
    reader = Reader(order, wordings, visits={}, audiences=FOR_HOSTS)
    kept = {**choice.application.answers, **choice.answers}
    return reader.lines({"answers": kept}, read_files(session, choice.application, reader))


def get_attachment_for_host(session: Session, choice: Choice, attachment_id: uuid.UUID) -> Attachment:
    """A file that answers a question hosts may see. Raises NotFound for every other."""
    shown = [line.attachment for line in list_answers_for_host(session, choice) if line.attachment]
    found = next((one for one in shown if one.id == attachment_id), None)
    if found is None:
        raise NotFound
    return found


def list_visible_reviews(
    session: Session, choice_id: uuid.UUID, *, reader: Person, sees_team: bool
) -> Sequence[Review]:
    """Own reviews for a reviewer, the team's for whoever leads it."""
    reviews = list_reviews(session, choice_id)
    return [review for review in reviews if sees_team or review.reviewer_id == reader.id]
