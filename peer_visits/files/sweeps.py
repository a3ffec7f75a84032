"""What time does to files: bytes that no record names any more are removed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from peer_visits.files.models import FilePage, StoredFile
from peer_visits.files.serving import current_store
from peer_visits.storage.transaction import reading

# Long enough for any upload that is stored and whose record is not written yet.
UNKNOWN_FOR = timedelta(hours=24)


def remove_unknown_files(now: datetime) -> int:
    """Remove every file older than a day that no record names; returns how many."""
    store = current_store()
    known = {key for row in reading().execute(select(StoredFile.key, StoredFile.preview_key)) for key in row}
    known |= set(reading().scalars(select(FilePage.picture_key)))
    unknown = [key for key in store.keys_before((now - UNKNOWN_FOR).timestamp()) if key not in known]
    for key in unknown:
        store.remove(key)
    return len(unknown)
