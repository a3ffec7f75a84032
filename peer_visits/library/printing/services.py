"""The file of a document that was written here gives way to one that says what is true now."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.files.services import AcceptedFile, keep_file, remove_records
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing.models import DocumentPrint
from peer_visits.library.steps import log_document
from peer_visits.storage.steps import update_one


def note_check(session: Session, *, now: datetime, document_id: uuid.UUID, mark: str | None) -> None:
    """Note what the file of a document says, and that it was compared."""
    session.merge(DocumentPrint(document_id=document_id, mark=mark, checked_at=now))
    session.flush()


def replace_file(
    session: Session,
    *,
    actor: Person | None,
    now: datetime,
    document: AnalyticalDocument,
    old_id: uuid.UUID,
    accepted: AcceptedFile,
    mark: str,
) -> list[str]:
    """Put a new file in the place of the old one, whose record goes with its text; returns the keys of its bytes.

    What was found in the old text is indexed anew. Raises Stale if somebody else replaced it meanwhile.
    """
    new = keep_file(session, accepted, now=now, created_by=None)
    update_one(
        session,
        AnalyticalDocument,
        AnalyticalDocument.id == document.id,
        AnalyticalDocument.file_id == old_id,
        file_id=new.id,
        is_indexed=False,
    )
    keys = remove_records(session, [old_id])
    note_check(session, now=now, document_id=document.id, mark=mark)
    log_document(session, actor, now, document, "document.set_anew")
    return keys
