"""Taking a file in: opened and stored first, outside any transaction; its row after."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy.orm import Session

from peer_visits.files.inspection import inspect_pdf
from peer_visits.files.models import StoredFile
from peer_visits.files.rules import safe_name
from peer_visits.files.store import Store
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase

PDF = "application/pdf"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class AcceptedFile:
    """A file that a parser has opened and the store holds; not yet known to the database."""

    key: str
    name: str
    size: int
    sha256: str
    pages: int


def accept_pdf(store: Store, stream: IO[bytes], name: str | None, *, most_bytes: int) -> AcceptedFile:
    """Open an upload as PDF and store it. Raises Refused with what is wrong; then nothing is kept."""
    with _spooled(stream, most_bytes) as (path, size, digest):
        pages = inspect_pdf(path).pages
        return AcceptedFile(store.put(path), safe_name(name), size, digest, pages)


@contextmanager
def _spooled(stream: IO[bytes], most_bytes: int) -> Iterator[tuple[Path, int, str]]:
    size, digest = 0, hashlib.sha256()
    with tempfile.NamedTemporaryFile(prefix="peer-visits-", suffix=".upload") as spool:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most_bytes:
                raise Refused(phrase("The file is larger than %(n)s MB.", n=most_bytes // _CHUNK))
            digest.update(chunk)
            spool.write(chunk)
        if not size:
            raise Refused(phrase("The file is empty. Choose the document again."))
        spool.flush()
        yield Path(spool.name), size, digest.hexdigest()


def keep_file(
    session: Session, accepted: AcceptedFile, *, now: datetime, created_by: UUID | None
) -> StoredFile:
    """Make the file known to the database."""
    stored = StoredFile(
        id=new_id(),
        key=accepted.key,
        name=accepted.name,
        media_type=PDF,
        size=accepted.size,
        sha256=accepted.sha256,
        pages=accepted.pages,
        created_at=now,
        created_by=created_by,
    )
    session.add(stored)
    session.flush()
    return stored
