"""The pages of a published PDF for reading on screen: drawn after publication, a few at a time, by a sweep.

What was written here is a page of this site already.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from peer_visits.files.drawing import DrawnPage, draw_pages
from peer_visits.files.models import FilePage, StoredFile
from peer_visits.files.serving import current_store
from peer_visits.kernel.errors import NotFound
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import PUBLISHED
from peer_visits.storage.transaction import reading, writing

# Files a sweep draws some pages of; the next sweep goes on.
FILES_AT_ONCE = 5


def find_page(session: Session, file_id: uuid.UUID, number: int) -> FilePage | None:
    """One page, if it has been drawn."""
    return session.get(FilePage, (file_id, number))


def count_pages(session: Session, file_id: uuid.UUID) -> int:
    """How many pages have been drawn; they are drawn in their order."""
    query = select(func.count()).select_from(FilePage).where(FilePage.file_id == file_id)
    return session.scalar(query) or 0


def draw_missing_pages(_now: datetime) -> int:
    """Draw pages of published documents that nobody could read on screen yet; returns how many."""
    drawn = 0
    for file_id, key, pages, done in _unfinished(reading()):
        reading().rollback()  # drawing is slow; nothing stays open meanwhile
        drawn += _keep(file_id, _draw(key, done + 1, pages))
    reading().rollback()
    return drawn


def _unfinished(session: Session) -> list[Row[uuid.UUID, str, int, int]]:
    done = func.count(FilePage.number)
    query = (
        select(StoredFile.id, StoredFile.key, StoredFile.pages, done)
        .join(AnalyticalDocument, AnalyticalDocument.file_id == StoredFile.id)
        .outerjoin(FilePage, FilePage.file_id == StoredFile.id)
        .where(PUBLISHED, AnalyticalDocument.is_written.is_(False), StoredFile.pages.is_not(None))
        .group_by(StoredFile.id, StoredFile.key, StoredFile.pages)
        .having(done < StoredFile.pages)
        .order_by(StoredFile.created_at.desc(), StoredFile.id)
    )
    return list(session.execute(query.limit(FILES_AT_ONCE)))


def _draw(key: str, first: int, pages: int) -> list[DrawnPage]:
    try:
        return list(draw_pages(current_store(), key, first, pages))
    except NotFound:  # the file's bytes are gone: `check` says so
        return []


def _keep(file_id: uuid.UUID, pages: list[DrawnPage]) -> int:
    """Note the pages, unless another worker was first."""
    with writing() as session:
        known = set(session.scalars(select(FilePage.number).where(FilePage.file_id == file_id)))
        fresh = [page for page in pages if page.number not in known]
        session.add_all(
            FilePage(file_id=file_id, number=page.number, picture_key=page.picture_key, text=page.text)
            for page in fresh
        )
    return len(fresh)
