"""What time does to imports: the tables are forgotten after a week, taken in or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from peer_visits.imports.models import ImportFile
from peer_visits.storage.transaction import writing

KEPT_FOR = timedelta(days=7)


def forget_imports(now: datetime) -> int:
    """Remove tables older than a week; returns how many."""
    with writing() as session:
        gone = session.execute(delete(ImportFile).where(ImportFile.created_at < now - KEPT_FOR))
        return int(gone.rowcount)  # type: ignore[attr-defined]
