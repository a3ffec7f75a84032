"""Fetch what a host may read, and say who sees which review."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.answers import AnswerLine
from peer_visits.applications.copies import Reader, read_files
from peer_visits.applications.models import Attachment, Choice
from peer_visits.kernel.errors import Forbidden, NotFound
from peer_visits.questions.queries import read_wordings
from peer_visits.shortlist.identity import audiences_for_hosts, barred_text, with_bars, with_names_of_files
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.queries.conflicts import find_standing
from peer_visits.shortlist.queries.reading import find_choice, list_reviews
from peer_visits.shortlist.queries.redactions import list_passages
from peer_visits.shortlist.rules import Standing
from peer_visits.visits.access import get_visit_for_editor, is_lead, is_organiser
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
    return list_answers_for_hosts(session, choice.application.call_id, [choice], hidden=hidden)[choice.id]


def list_answers_for_hosts(
    session: Session, call_id: uuid.UUID, choices: Sequence[Choice], *, hidden: bool
) -> dict[uuid.UUID, Sequence[AnswerLine]]:
    """The same for several choices of one call, in as many statements as for one."""
    order, wordings = read_wordings(session, call_id)
    reader = Reader(order, wordings, visits={}, audiences=audiences_for_hosts(hidden=hidden))
    files = read_files(session, [choice.application for choice in choices], reader)
    passages = list_passages(session, {choice.application_id for choice in choices})
    found = {}
    for choice in choices:
        lines = reader.lines({"answers": {**choice.application.answers, **choice.answers}}, files)
        named = with_names_of_files(lines, choice.id, hidden=hidden)
        found[choice.id] = with_bars(named, passages.get(choice.application_id, ()))
    return found


def list_motivations_for_hosts(session: Session, choices: Sequence[Choice]) -> dict[uuid.UUID, str]:
    """Why these visits, by choice, without what the organiser took out; one statement."""
    passages = list_passages(session, {choice.application_id for choice in choices})
    return {one.id: barred_text(one.motivation, passages.get(one.application_id, ())) for one in choices}


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
    """The team's reviews for whoever leads it; for a reviewer the own one, and once it is done what others noted.

    Nobody is led by what another thinks before having read. Scores of others are for the lead alone.
    """
    reviews = list_reviews(session, choice_id)
    is_done = any(one.reviewer_id == reader.id and one.points is not None for one in reviews)
    return [one for one in reviews if sees_team or one.reviewer_id == reader.id or (is_done and one.note)]


def get_visit_for_sheet(session: Session, person: Person, slug: str) -> tuple[Visit, bool]:
    """A visit whose selection sheet this person may take, and whether as its organiser, who sees everything.

    Its lead gets what a lead may see. A reviewer gets Forbidden, others NotFound.
    """
    visit = get_visit_for_editor(session, person, slug)
    organises = is_organiser(session, person, visit)
    if not (organises or is_lead(session, person, visit)):
        raise Forbidden
    return visit, organises
