"""What time does to documents: visits that have ended owe one, and what is published is read and indexed.

Indexed is also what came by an import or before there was an index.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from peer_visits.applications.searching import forget_words
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.files.inspection import inspect_pdf
from peer_visits.files.models import FileText, StoredFile
from peer_visits.files.serving import current_store
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.library.duties import due_of, follow_visit, owe_document
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import PUBLISHED, with_visit
from peer_visits.library.rules import UNFINISHED
from peer_visits.library.searching import NAME, index_document
from peer_visits.library.states import DocumentState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit

AT_ONCE = 50


def owe_reports(now: datetime) -> int:
    """Whoever was visited owes a report, due by the visit's days as they are now; returns how many changed."""
    return sum(_owe(one, now) for one in find_ended_visits(reading(), now)) + sum(
        _follow(one) for one in find_outdated(reading())
    )


def find_ended_visits(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Visits whose last day is over, to which people came, and about which nothing is written or owed."""
    ended = func.coalesce(Visit.held_ends_on, Visit.announced_ends_on) < now.date()
    came = exists().where(Place.visit_id == Visit.id, Place.state == PlaceState.ACCEPTED)
    has_document = exists().where(AnalyticalDocument.visit_id == Visit.id)
    query = (
        select(Visit.id).join(Visit.call).where(Call.state == CallState.PUBLISHED, ended, came, ~has_document)
    )
    return session.scalars(query.order_by(Visit.id)).all()


def _owe(visit_id: uuid.UUID, now: datetime) -> bool:
    with writing() as session:
        owe_document(session, actor=None, now=now, visit=session.get_one(Visit, visit_id))
    return True


def find_outdated(session: Session) -> Sequence[uuid.UUID]:
    """Unfinished first editions whose day no longer fits the days of their visit, and was not set by an organiser."""
    query = with_visit(select(AnalyticalDocument)).where(
        AnalyticalDocument.state.in_(UNFINISHED),
        AnalyticalDocument.is_due_set.is_(False),
        AnalyticalDocument.edition == 1,
    )
    return [one.id for one in session.scalars(query).unique() if one.due_on != due_of(one.visit)]


def _follow(document_id: uuid.UUID) -> bool:
    with writing() as session:
        document = session.get_one(AnalyticalDocument, document_id)
        session.refresh(document, ["visit"])
        return follow_visit(session, document)


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
        if document.is_written:
            # Its file was made anew, as somebody took back what they had allowed: those words go from the index, too.
            forget_words(session, NAME)


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
