"""Analytical documents in every state, with authors and files, for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.files.models import StoredFile
from peer_visits.files.services import AcceptedFile, keep_file
from peer_visits.files.serving import current_store
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.searching import index_document
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.models import DocumentSection, SectionText
from peer_visits.library.writing.queries import list_sections
from peer_visits.visits.models import Visit
from tests.support.factories import NOW, make_person
from tests.support.pdfs import make_pdf

OUT = frozenset({DocumentState.PUBLISHED, DocumentState.SUPERSEDED})


def make_author(session: Session, visit: Visit, name: str = "Anton Author") -> Person:
    """A person who writes the visit's document."""
    person = make_person(session, name)
    session.add(DocumentAuthor(visit_id=visit.id, person_id=person.id))
    session.flush()
    return person


def make_file(session: Session, name: str = "report.pdf") -> StoredFile:
    """A stored PDF of one page; its bytes are in the store."""
    content = make_pdf()
    with tempfile.NamedTemporaryFile() as spool:
        spool.write(content)
        spool.flush()
        key = current_store().put(Path(spool.name))
    accepted = AcceptedFile(key=key, name=name, size=len(content), sha256="0" * 64, pages=1)
    return keep_file(session, accepted, now=NOW, created_by=None)


def make_document(
    session: Session,
    visit: Visit,
    state: DocumentState = DocumentState.DRAFT,
    *,
    has_file: bool = True,
    **values: Any,
) -> AnalyticalDocument:
    """A document of the visit under the visit's slug."""
    defaults: dict[str, Any] = {"slug": visit.slug, "title": f"Report of {visit.place}"}
    defaults["published_at"] = NOW if state in OUT else None
    if has_file and "file_id" not in values:
        defaults["file_id"] = make_file(session).id
    document = AnalyticalDocument(
        visit_id=visit.id,
        state=state,
        **{**defaults, **values},
    )
    session.add(document)
    session.flush()
    session.refresh(document, ["visit", "file"])
    if state is DocumentState.PUBLISHED:
        index_document(session, document)
    return document


def make_section(
    session: Session,
    document: AnalyticalDocument,
    heading: str = "Lessons",
    text: str = "",
    author: Person | None = None,
) -> DocumentSection:
    """A section at the end of a document, in its first version."""
    position = len(list_sections(session, document.id)) + 1
    section = DocumentSection(document_id=document.id, position=position, version=1)
    session.add(section)
    session.flush()
    author_id = author.id if author else None
    first = SectionText(
        section_id=section.id, number=1, heading=heading, text=text, saved_at=NOW, saved_by=author_id
    )
    session.add(first)
    session.flush()
    return section
