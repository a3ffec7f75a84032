"""Fetch a document and prove that this person may have it."""

from __future__ import annotations

import uuid

from sqlalchemy import exists
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.kernel.errors import Forbidden, must_exist
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import find_document, find_edition, find_published, is_author, is_host


def get_published_document(session: Session, slug: str) -> AnalyticalDocument:
    """A document that everybody may read. Raises NotFound before it is published."""
    return must_exist(find_published(session, slug))


def get_edition(session: Session, slug: str, number: int) -> AnalyticalDocument:
    """An edition that is or was in the library. Raises NotFound."""
    return must_exist(find_edition(session, slug, number))


def get_document_for_reader(session: Session, person: Person, document_id: uuid.UUID) -> AnalyticalDocument:
    """A document this person writes, hosts or organises. Raises NotFound."""
    return must_exist(find_document(session, person, document_id))


def get_document_for_editor(session: Session, person: Person, document_id: uuid.UUID) -> AnalyticalDocument:
    """A document this person writes or organises. Its hosts get Forbidden, others NotFound."""
    found = get_document_for_reader(session, person, document_id)
    if not is_author(session, person, found.visit_id) and not organises(session, person, found):
        raise Forbidden
    return found


def get_document_for_author(session: Session, person: Person, document_id: uuid.UUID) -> AnalyticalDocument:
    """A document this person writes. Its hosts and organisers get Forbidden, others NotFound."""
    found = get_document_for_reader(session, person, document_id)
    if not is_author(session, person, found.visit_id):
        raise Forbidden
    return found


def get_document_for_writer(session: Session, person: Person, document_id: uuid.UUID) -> AnalyticalDocument:
    """A document this person writes as author or host. Its organisers get Forbidden, others NotFound."""
    found = get_document_for_reader(session, person, document_id)
    if not may_write(session, person, found):
        raise Forbidden
    return found


def may_write(session: Session, person: Person, document: AnalyticalDocument) -> bool:
    """Whether the person writes the document's sections: as its author, or as the visit's host."""
    visit_id = document.visit_id
    return is_author(session, person, visit_id) or is_host(session, person, visit_id)


def get_document_for_organiser(
    session: Session, person: Person, document_id: uuid.UUID
) -> AnalyticalDocument:
    """A document of a programme this person organises. Its authors and hosts get Forbidden, others NotFound."""
    found = get_document_for_reader(session, person, document_id)
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
