"""Taking a file in: opened, measured, stored; or refused, and nothing kept."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.files.models import PARTS, FilePage, FileText, StoredFile
from peer_visits.files.services import accept_pdf, keep_file, remove_records
from peer_visits.files.store import FolderStore
from peer_visits.kernel.errors import Refused
from tests.support.factories import make_person
from tests.support.pdfs import make_pdf

ONE_MB = 1024 * 1024


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "uploads")


def test_an_upload_is_stored_with_what_was_found(store: FolderStore) -> None:
    content = make_pdf(2)
    accepted = accept_pdf(store, io.BytesIO(content), "../Bericht\u202e.pdf", most_bytes=ONE_MB)
    assert (accepted.name, accepted.size, accepted.pages) == ("Bericht.pdf", len(content), 2)
    assert accepted.sha256 == hashlib.sha256(content).hexdigest()
    with store.open(accepted.key) as opened:
        assert opened.read() == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"GIF89a" + bytes(100), "not a PDF"), (make_pdf() + bytes(ONE_MB), "larger than 1 MB")],
)
def test_a_refused_upload_leaves_nothing(
    store: FolderStore, tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        accept_pdf(store, io.BytesIO(content), "report.pdf", most_bytes=ONE_MB)
    assert reason in str(refused.value.reason)
    assert not (tmp_path / "uploads").exists()


def test_the_row_says_what_the_store_holds(session: Session, now: datetime, store: FolderStore) -> None:
    person = make_person(session)
    accepted = accept_pdf(store, io.BytesIO(make_pdf()), "report.pdf", most_bytes=ONE_MB)
    stored = keep_file(session, accepted, now=now, created_by=person.id)
    found = session.get_one(StoredFile, stored.id)
    assert (found.key, found.media_type, found.pages) == (accepted.key, "application/pdf", 1)


def test_a_record_goes_with_what_was_read_out_of_its_file(
    session: Session, now: datetime, store: FolderStore
) -> None:
    accepted = accept_pdf(store, io.BytesIO(make_pdf()), "report.pdf", most_bytes=ONE_MB)
    stored = keep_file(session, accepted, now=now, created_by=None)
    session.merge(FileText(file_id=stored.id, text="What was found"))
    session.add(FilePage(file_id=stored.id, number=1, picture_key="a-picture", text="What was found"))
    session.flush()
    assert set(remove_records(session, [stored.id])) == {
        key for key in (accepted.key, accepted.preview_key, "a-picture") if key
    }
    assert [session.scalars(select(model)).all() for model in (StoredFile, *PARTS)] == [[], [], []]
