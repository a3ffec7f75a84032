"""Fetch a section or a comment of a document, and prove that this person may have it."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel.errors import NotFound, must_exist
from peer_visits.library.access import get_document_for_reader, get_document_for_writer
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.writing.models import DocumentComment
from peer_visits.library.writing.queries import Written, find_section


def get_section_for_reader(
    session: Session, person: Person, document_id: uuid.UUID, part_id: uuid.UUID
) -> tuple[AnalyticalDocument, Written]:
    """A section of a document this person writes, hosts or organises. Raises NotFound."""
    document = get_document_for_reader(session, person, document_id)
    return document, _section_of(session, document, part_id)


def get_section_for_writer(
    session: Session, person: Person, document_id: uuid.UUID, part_id: uuid.UUID
) -> tuple[AnalyticalDocument, Written]:
    """A section this person writes as author or host. The document's organisers get Forbidden, others NotFound."""
    document = get_document_for_writer(session, person, document_id)
    return document, _section_of(session, document, part_id)


def get_comment_for_reader(
    session: Session, person: Person, document_id: uuid.UUID, comment_id: uuid.UUID
) -> tuple[AnalyticalDocument, DocumentComment]:
    """A comment on a document this person writes, hosts or organises. Raises NotFound."""
    document = get_document_for_reader(session, person, document_id)
    comment = session.get(DocumentComment, comment_id)
    if comment is None or comment.document_id != document.id:
        raise NotFound
    return document, comment


def _section_of(session: Session, document: AnalyticalDocument, part_id: uuid.UUID) -> Written:
    return must_exist(find_section(session, document.id, part_id))
