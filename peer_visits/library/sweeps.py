"""What is published is read and indexed: also what came by an import or before there was an index."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.files.inspection import inspect_pdf
from peer_visits.files.models import FileText, StoredFile
from peer_visits.files.serving import current_store
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import PUBLISHED
from peer_visits.library.searching import index_document
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import reading, writing

AT_ONCE = 50


def index_documents(_now: datetime) -> int:
    """Read and index what is published and not found yet, some at a time; returns how many."""
    query = select(AnalyticalDocument.id).where(PUBLISHED, AnalyticalDocument.is_indexed.is_(False))
    found = reading().scalars(query.order_by(AnalyticalDocument.id).limit(AT_ONCE)).all()
    for document_id in found:
        _index(document_id)
    return len(found)


def _index(document_id: uuid.UUID) -> None:
    text = _unread_text(reading(), document_id)
    reading().rollback()
    with writing() as session:
        document = session.get_one(AnalyticalDocument, document_id)
        session.refresh(document, ["visit", "state"])
        if document.state is not DocumentState.PUBLISHED or document.is_indexed:
            return
        if text is not None and document.file_id and session.get(FileText, document.file_id) is None:
            session.add(FileText(file_id=document.file_id, text=text))
            session.flush()
        index_document(session, document)


def _unread_text(session: Session, document_id: uuid.UUID) -> str | None:
    """The text of a file that nobody has read yet; none if there is nothing to read."""
    query = (
        select(StoredFile.key)
        .join(AnalyticalDocument, AnalyticalDocument.file_id == StoredFile.id)
        .outerjoin(FileText, FileText.file_id == StoredFile.id)
        .where(AnalyticalDocument.id == document_id, FileText.file_id.is_(None))
    )
    key = session.scalar(query)
    session.rollback()  # reading is slow; nothing stays open meanwhile
    return _text_of(key) if key else None


def _text_of(key: str) -> str:
    """What stands in a kept PDF; nothing where it cannot be read."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "kept.pdf")
        try:
            with current_store().open(key) as kept:
                path.write_bytes(kept.read())
            return inspect_pdf(path, words=Path(folder, "words")).text
        except (Refused, NotFound):
            return ""
