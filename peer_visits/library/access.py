"""Fetch a document and prove that this person may have it."""

from __future__ import annotations

import uuid

from sqlalchemy import exists
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.kernel.errors import Forbidden, NotFound
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import find_document, find_edition, find_published, is_author


def get_published_document(session: Session, slug: str) -> AnalyticalDocument:
    """A document that everybody may read. Raises NotFound before it is published."""
    found = find_published(session, slug)
    if found is None:
        raise NotFound
    return found


def get_edition(session: Session, slug: str, number: int) -> AnalyticalDocument:
    """An edition that is or was in the library. Raises NotFound."""
    found = find_edition(session, slug, number)
    if found is None:
        raise NotFound
    return found


def get_document_for_editor(session: Session, person: Person, document_id: uuid.UUID) -> AnalyticalDocument:
    """A document this person writes or organises. Raises NotFound."""
    found = find_document(session, person, document_id)
    if found is None:
        raise NotFound
    return found


def get_document_for_author(session: Session, person: Person, document_id: uuid.UUID) -> AnalyticalDocument:
    """A document this person writes. Its organisers get Forbidden, others NotFound."""
    found = get_document_for_editor(session, person, document_id)
    if not is_author(session, person, found.visit_id):
        raise Forbidden
    return found


def get_document_for_organiser(
    session: Session, person: Person, document_id: uuid.UUID
) -> AnalyticalDocument:
    """A document of a programme this person organises. Its authors get Forbidden, others NotFound."""
    found = get_document_for_editor(session, person, document_id)
    if not organises(session, person, found):
        raise Forbidden
    return found


def organises(session: Session, person: Person, document: AnalyticalDocument) -> bool:
    """Whether the person organises the programme of the document."""
    programme_id = document.visit.call.programme_id
    return bool(
        session.scalar(
            exists()
            .where(ProgrammeOrganiser.programme_id == programme_id, ProgrammeOrganiser.person_id == person.id)
            .select()
        )
    )
