"""Fetch what a host may read, and say who sees which review."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.answers import AnswerLine
from peer_visits.applications.copies import Reader, read_files
from peer_visits.applications.models import Attachment, Choice
from peer_visits.kernel.errors import NotFound
from peer_visits.questions.queries import read_wordings
from peer_visits.shortlist.identity import audiences_for_hosts, with_names_of_files
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.queries.conflicts import find_standing
from peer_visits.shortlist.queries.reading import find_choice, list_reviews
from peer_visits.shortlist.rules import Standing
from peer_visits.visits.models import Visit


class BehindGate(NotFound):
    """The application is there, and this reader has a conflict of interest or must first say that there is none."""

    def __init__(self, slug: str, choice_id: uuid.UUID) -> None:
        super().__init__()
        self.slug, self.choice_id = slug, choice_id


def get_choice_for_host(session: Session, visit: Visit, choice_id: uuid.UUID, *, reader: Person) -> Choice:
    """A sent choice for a visit the host was already granted, free of a conflict of interest with this reader.

    Raises NotFound for any other visit's, BehindGate where the question about a conflict comes first.
    """
    choice = find_choice(session, visit, choice_id)
    if choice is None:
        raise NotFound
    if find_standing(session, visit, reader, choice_id).standing is not Standing.FREE:
        raise BehindGate(visit.slug, choice_id)
    return choice


def list_answers_for_host(session: Session, choice: Choice, *, hidden: bool) -> Sequence[AnswerLine]:
    """What hosts may read of the answers: those about the person first, then those about this visit.

    `hidden` says whether they read without names; files are then called by the application's reference.
    """
    order, wordings = read_wordings(session, choice.application.call_id)
    reader = Reader(order, wordings, visits={}, audiences=audiences_for_hosts(hidden=hidden))
    kept = {**choice.application.answers, **choice.answers}
    lines = reader.lines({"answers": kept}, read_files(session, choice.application, reader))
    return with_names_of_files(lines, choice.id, hidden=hidden)


def get_attachment_for_host(
    session: Session, choice: Choice, attachment_id: uuid.UUID, *, hidden: bool
) -> tuple[Attachment, str]:
    """A file that answers a question hosts may see, and what to call it. Raises NotFound for every other."""
    for line in list_answers_for_host(session, choice, hidden=hidden):
        if line.attachment and line.attachment.id == attachment_id:
            return line.attachment, line.words
    raise NotFound


def list_visible_reviews(
    session: Session, choice_id: uuid.UUID, *, reader: Person, sees_team: bool
) -> Sequence[Review]:
    """Own reviews for a reviewer, the team's for whoever leads it."""
    reviews = list_reviews(session, choice_id)
    return [review for review in reviews if sees_team or review.reviewer_id == reader.id]
