"""What must always hold of files: every row has its bytes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.files.models import FilePage, StoredFile
from peer_visits.files.serving import current_store


def find_broken(session: Session) -> list[str]:
    """One sentence for each file whose bytes are missing."""
    store = current_store()
    rows = session.execute(select(StoredFile.id, StoredFile.key, StoredFile.preview_key))
    pages = session.execute(select(FilePage.file_id, FilePage.number, FilePage.picture_key))
    missing = [
        f"file {identity}: the picture of page {number} is missing"
        for identity, number, picture in pages
        if picture and not store.has(picture)
    ]
    return missing + [
        f"file {identity}: its bytes are missing"
        for identity, key, preview in rows
        if not store.has(key) or (preview and not store.has(preview))
    ]
