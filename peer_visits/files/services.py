"""Taking a file in: opened and stored first, outside any transaction; its row after."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.files.child import look_at_pdf
from peer_visits.files.inspection import LIMITS, PUBLIC_LIMITS, Limits, inspect_file
from peer_visits.files.kinds import MEDIA_TYPES, SUFFIXES, FileKind
from peer_visits.files.models import PARTS, FilePage, FileText, StoredFile
from peer_visits.files.rules import readable_text, safe_name
from peer_visits.files.scanning import Scanner
from peer_visits.files.store import Store
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class AcceptedFile:
    """A file that a parser has opened and the store holds; not yet known to the database."""

    key: str
    name: str
    size: int
    sha256: str
    pages: int | None
    kind: FileKind = FileKind.PDF
    preview_key: str | None = None
    text: str | None = None


def accept_pdf(
    store: Store, stream: IO[bytes], name: str | None, *, most_bytes: int, scanner: Scanner | None = None
) -> AcceptedFile:
    """Open a PDF that everybody may read one day, with its text. Raises Refused; then nothing is kept."""
    return accept_file(
        store,
        stream,
        name,
        kinds={FileKind.PDF},
        most_bytes=most_bytes,
        scanner=scanner,
        with_text=True,
        limits=PUBLIC_LIMITS,
    )


def accept_file(
    store: Store,
    stream: IO[bytes],
    name: str | None,
    *,
    kinds: Collection[FileKind],
    most_bytes: int,
    scanner: Scanner | None = None,
    with_preview: bool = True,
    with_text: bool = False,
    limits: Limits = LIMITS,
) -> AcceptedFile:
    """Check an upload for viruses, open it as what it is, and store it with a preview.

    Of an image the picture alone is stored, without what its camera noted (places among it). Raises Refused
    with what is wrong; then nothing is kept.
    """
    with _spooled(stream, most_bytes) as (sent, size, digest), TemporaryDirectory() as folder:
        if scanner:
            scanner.check(sent)
        clean, preview, words = (Path(folder, name) for name in ("clean", "preview", "words"))
        found = inspect_file(
            sent,
            kinds,
            clean=clean,
            preview=preview if with_preview else None,
            words=words if with_text else None,
            limits=limits,
        )
        is_rewritten = clean.exists()
        return AcceptedFile(
            key=store.put(clean if is_rewritten else sent),
            name=safe_name(name, suffix=SUFFIXES[found.kind]),
            size=clean.stat().st_size if is_rewritten else size,
            sha256=hashlib.sha256(clean.read_bytes()).hexdigest() if is_rewritten else digest,
            pages=found.pages,
            kind=found.kind,
            preview_key=store.put(preview) if found.has_preview else None,
            text=found.text if with_text else None,
        )


def take_own_pdf(store: Store, content: bytes, name: str) -> AcceptedFile:
    """Store a PDF that this program has made a moment ago, with its preview and text.

    Nothing in it is a stranger's: it is opened here and not in a child with limits.
    """
    with TemporaryDirectory() as folder:
        file, words, preview = (Path(folder, name) for name in ("file", "words", "preview"))
        file.write_bytes(content)
        found = look_at_pdf(str(file), str(words), str(preview), asdict(PUBLIC_LIMITS))
        return AcceptedFile(
            key=store.put(file),
            name=safe_name(name, suffix=SUFFIXES[FileKind.PDF]),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            pages=cast(int, found["pages"]),
            preview_key=store.put(preview),
            text=readable_text(words.read_text("utf-8")),
        )


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
        media_type=MEDIA_TYPES[accepted.kind],
        preview_key=accepted.preview_key,
        size=accepted.size,
        sha256=accepted.sha256,
        pages=accepted.pages,
        created_at=now,
        created_by=created_by,
    )
    session.add(stored)
    session.flush()
    if accepted.text is not None:
        session.add(FileText(file_id=stored.id, text=accepted.text))
        session.flush()
    return stored


def remove_records(session: Session, ids: Collection[UUID]) -> list[str]:
    """Remove the records of files with what was read out of them; returns the keys of their bytes.

    The bytes are removed after the commit: until then everything can be undone.
    """
    rows = session.execute(select(StoredFile.key, StoredFile.preview_key).where(StoredFile.id.in_(ids))).all()
    pictures = session.scalars(select(FilePage.picture_key).where(FilePage.file_id.in_(ids))).all()
    for part in PARTS:
        session.execute(delete(part).where(part.file_id.in_(ids)))
    session.execute(delete(StoredFile).where(StoredFile.id.in_(ids)))
    return [key for key in (*(key for row in rows for key in row), *pictures) if key]
