"""The files of reports that were written here follow what is true: a consent that was taken back, somebody erased.

Their pages do so by themselves. A file is compared by a mark of all it says, and made anew when that has changed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from peer_visits.files.services import AcceptedFile
from peer_visits.files.serving import current_store
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing.making import make_file, report_of
from peer_visits.library.printing.models import DocumentPrint
from peer_visits.library.printing.services import note_check, replace_file
from peer_visits.library.printing.typesetting import as_typst
from peer_visits.library.printing.values import PrintedReport
from peer_visits.library.queries import with_visit
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.typesetting import NotSet

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=15)
AT_ONCE = 20  # compared in one sweep; a comparison takes some hundredths of a second
PRINTED = (DocumentState.IN_REVIEW, DocumentState.PUBLISHED, DocumentState.SUPERSEDED)


def keep_files_true(now: datetime) -> int:
    """Compare the files of written reports with what is true, those first that were not for the longest time.

    Returns how many were made anew.
    """
    return sum(_keep_true(one, now) for one in find_due(reading(), now))


def find_due(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Documents with a file made here that was not compared of late."""
    query = (
        select(AnalyticalDocument.id)
        .outerjoin(DocumentPrint, DocumentPrint.document_id == AnalyticalDocument.id)
        .where(
            AnalyticalDocument.is_written,
            AnalyticalDocument.state.in_(PRINTED),
            AnalyticalDocument.file_id.is_not(None),
            or_(DocumentPrint.checked_at.is_(None), DocumentPrint.checked_at <= now - EVERY),
        )
        .order_by(DocumentPrint.checked_at.is_not(None), DocumentPrint.checked_at, AnalyticalDocument.id)
        .limit(AT_ONCE)
    )
    return session.scalars(query).all()


def mark_of(report: PrintedReport) -> str:
    """A mark that is another as soon as anything in the report is."""
    return hashlib.sha256(json.dumps(as_typst(report), sort_keys=True).encode()).hexdigest()


def _keep_true(document_id: uuid.UUID, now: datetime) -> bool:
    session = reading()
    document = session.scalars(
        with_visit(select(AnalyticalDocument)).where(AnalyticalDocument.id == document_id)
    ).one()
    known, old_id = session.get(DocumentPrint, document_id), document.file_id
    report = report_of(session, document)
    known_mark, mark = known.mark if known else None, mark_of(report)
    session.rollback()  # making a file is slow; nothing stays open meanwhile
    if mark == known_mark or old_id is None:
        with writing() as session:
            note_check(session, now=now, document_id=document_id, mark=known_mark)
        return False
    return _make_anew(document_id, old_id, report, mark, now)


def _make_anew(
    document_id: uuid.UUID, old_id: uuid.UUID, report: PrintedReport, mark: str, now: datetime
) -> bool:
    try:
        accepted = make_file(report)
    except (NotSet, Refused):
        log.exception("The file of document %s could not be made anew", document_id)
        with writing() as session:
            note_check(session, now=now, document_id=document_id, mark=None)
        return False
    return _replace(document_id, old_id, accepted, mark, now)


def _replace(
    document_id: uuid.UUID, old_id: uuid.UUID, accepted: AcceptedFile, mark: str, now: datetime
) -> bool:
    """The old bytes go after the commit; if the process dies before, a sweep of the files finds them."""
    unneeded = [key for key in (accepted.key, accepted.preview_key) if key]
    try:
        with writing() as session:
            document = session.get_one(AnalyticalDocument, document_id)
            session.refresh(document, ["visit"])
            old_keys = replace_file(
                session,
                actor=None,
                now=now,
                document=document,
                old_id=old_id,
                accepted=accepted,
                mark=mark,
            )
        unneeded = old_keys
    except Stale:
        return False
    finally:
        for key in unneeded:
            current_store().remove(key)
    return True
