"""The file of a written report follows what is true; what is not written here is left alone."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.files.models import FileText, StoredFile
from peer_visits.files.serving import current_store
from peer_visits.followup.commitments.models import Commitment, CommitmentSheet
from peer_visits.followup.commitments.states import Showing
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing import making, sweeps
from peer_visits.library.printing.models import DocumentPrint
from peer_visits.library.printing.sweeps import AT_ONCE, EVERY, find_due, keep_files_true
from peer_visits.library.printing.values import PrintedReport
from peer_visits.library.states import DocumentState
from peer_visits.library.sweeps import index_documents
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.typesetting import NotSet
from tests.support.factories import NOW, make_application, make_call, make_visit
from tests.support.library_factories import make_document, make_section
from tests.support.places_factories import make_place

LATER = NOW + EVERY


@pytest.fixture
def document(app: Flask) -> AnalyticalDocument:
    """A published report whose only commitment is shown, its file not yet made here."""
    with writing() as session:
        visit = make_visit(session, make_call(session))
        application = make_application(session, visit.call, [visit])
        place = make_place(session, visit, application, PlaceState.ACCEPTED)
        session.add(
            CommitmentSheet(
                place_id=place.id, showing=Showing.NAMED, showing_since=NOW, written_at=NOW, version=1
            )
        )
        session.flush()
        session.add(Commitment(place_id=place.id, number=1, will_do="Zanzibarify the archive"))
        report = make_document(session, visit, DocumentState.PUBLISHED, is_written=True)
        make_section(session, report, text="What was *said*")
        return report


def stored(document: AnalyticalDocument) -> StoredFile:
    reading().rollback()
    found = reading().get_one(AnalyticalDocument, document.id).file_id
    return reading().get_one(StoredFile, found)


def text_of(document: AnalyticalDocument) -> str:
    with current_store().open(stored(document).key) as kept:
        pdf = pypdfium2.PdfDocument(io.BytesIO(kept.read()))
    text = " ".join(str(page.get_textpage().get_text_range()) for page in pdf)
    pdf.close()
    return text


def every_key() -> set[str]:
    return set(current_store().keys_before(9e12))


def take_back() -> None:
    with writing() as session:
        session.scalars(select(CommitmentSheet)).one().showing = Showing.HIDDEN


def test_a_consent_that_is_taken_back_leaves_the_file(document: AnalyticalDocument) -> None:
    assert keep_files_true(NOW) == 1
    assert "Zanzibarify" in text_of(document)
    take_back()
    assert keep_files_true(NOW + timedelta(minutes=1)) == 0  # compared a minute ago
    assert keep_files_true(LATER) == 1
    assert "Zanzibarify" not in text_of(document)
    assert "What was said" in text_of(document)


def test_of_the_old_file_nothing_is_left(document: AnalyticalDocument) -> None:
    keep_files_true(NOW)
    old = stored(document)
    old_id, keys = old.id, [key for key in (old.key, old.preview_key) if key]
    take_back()
    keep_files_true(LATER)
    reading().rollback()
    reading().expunge_all()
    assert reading().get(StoredFile, old_id) is None
    assert reading().get(FileText, old_id) is None
    assert len(keys) == 2
    assert not set(keys) & every_key()


def test_what_is_still_true_is_not_made_again(
    document: AnalyticalDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_files_true(NOW)
    kept = stored(document).key
    monkeypatch.setattr(sweeps, "make_file", lambda _report: pytest.fail("made again"))
    assert keep_files_true(LATER) == 0
    assert stored(document).key == kept
    assert find_due(reading(), LATER) == []


def test_searches_find_what_the_new_file_says(client: FlaskClient, document: AnalyticalDocument) -> None:
    keep_files_true(NOW)
    index_documents(NOW)
    assert "Report of" in client.get("/library?q=zanzibarify").text
    take_back()
    keep_files_true(LATER)
    index_documents(LATER)
    assert "Report of" not in client.get("/library?q=zanzibarify").text


def test_a_file_that_cannot_be_made_leaves_the_old_one(
    document: AnalyticalDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = stored(document).key

    def fail(_report: object) -> bytes:
        raise NotSet("died")

    monkeypatch.setattr(making, "typeset", fail)
    assert keep_files_true(NOW) == 0
    assert stored(document).key == kept
    monkeypatch.undo()
    assert keep_files_true(LATER) == 1  # tried again


def test_somebody_who_was_first_is_left_alone(
    document: AnalyticalDocument, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = every_key()

    def overtaken(report: PrintedReport) -> object:
        accepted = making.make_file(report)
        monkeypatch.setattr(sweeps, "make_file", making.make_file)
        keep_files_true(NOW)
        return accepted

    monkeypatch.setattr(sweeps, "make_file", overtaken)
    assert keep_files_true(NOW) == 0
    assert "Zanzibarify" in text_of(document)
    reading().rollback()
    known = {key for row in reading().execute(select(StoredFile.key, StoredFile.preview_key)) for key in row}
    assert every_key() - before <= known


def test_only_files_made_here_are_compared(app: Flask) -> None:
    with writing() as session:
        for state, is_written in (
            (DocumentState.PUBLISHED, False),
            (DocumentState.DRAFT, True),
            (DocumentState.OWED, True),
        ):
            make_document(session, make_visit(session, make_call(session)), state, is_written=is_written)
        superseded, in_review = (
            make_document(session, make_visit(session, make_call(session)), state, is_written=True)
            for state in (DocumentState.SUPERSEDED, DocumentState.IN_REVIEW)
        )
        due = {superseded.id, in_review.id}
    assert set(find_due(reading(), NOW)) == due


def test_the_ones_not_compared_for_longest_come_first(app: Flask) -> None:
    with writing() as session:
        for age in range(AT_ONCE + 2):
            visit = make_visit(session, make_call(session))
            document = make_document(session, visit, DocumentState.PUBLISHED, is_written=True)
            checked = NOW - EVERY - timedelta(minutes=age)
            session.add(DocumentPrint(document_id=document.id, mark="x", checked_at=checked))
        session.flush()
        oldest = document.id
    found = find_due(reading(), NOW)
    assert len(found) == AT_ONCE
    assert found[0] == oldest
