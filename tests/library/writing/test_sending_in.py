"""What was written here becomes a PDF when it is sent in: of the text that stands, or not at all."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask

from peer_visits.config import Settings
from peer_visits.files.models import FileText, StoredFile
from peer_visits.library.printing import typeset
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.typesetting import NotSet
from tests.library.writing.conftest import MakeWriters, Writers


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document)


def stored(app: Flask) -> set[Path]:
    settings: Settings = app.extensions["settings"]
    return {path for path in (settings.instance / "uploads").rglob("*") if path.is_file()}


def send_in(writers: Writers, version: int = 1) -> str:
    data = {"version": str(version)}
    return writers.ada.post(f"{writers.document}/send-in", data=data, follow_redirects=True).text


def test_what_is_sent_in_is_the_text_as_it_stands(app: Flask, writers: Writers) -> None:
    text = "Žofia asks **early**.\n\n- one\n- two"
    writers.host.post(writers.part, data={"version": "1", "heading": "Lessons", "text": text})
    draft = writers.ada.get(f"{writers.text}.pdf")
    assert draft.mimetype == "application/pdf"
    assert "Žofia asks early" in words_of(draft.data).replace("\r\n", " ")
    assert "The document is with the organiser." in send_in(writers)
    document = writers.record()
    assert document.state is DocumentState.IN_REVIEW
    assert document.file_id is not None
    pdf = writers.organiser.get(f"{writers.document}/file").data
    assert "Žofia asks early" in words_of(pdf).replace("\r\n", " ")
    kept = reading().get_one(FileText, document.file_id)
    assert "Žofia" in kept.text
    assert reading().get_one(StoredFile, document.file_id).preview_key


def test_it_comes_back_is_mended_and_sent_in_again(writers: Writers) -> None:
    send_in(writers)
    first = writers.record().file_id
    writers.organiser.post(f"{writers.document}/return", data={"version": "2", "note": "Earlier!"})
    assert "Earlier!" in writers.host.get(writers.document).text
    writers.ada.post(writers.part, data={"version": "1", "heading": "Lessons", "text": "Ask a year before."})
    send_in(writers, 3)
    assert writers.record().file_id not in {first, None}
    writers.organiser.post(f"{writers.document}/publish", data={"version": "4"})
    document = writers.record()
    assert document.state is DocumentState.PUBLISHED
    pdf = writers.stranger.get(f"/library/{document.slug}/download").data
    assert "Ask a year before." in words_of(pdf)
    found = writers.stranger.get("/library?q=year+before").text
    assert document.slug in found


def test_what_was_read_goes_when_it_comes_back(app: Flask, writers: Writers) -> None:
    """The text goes on from there: no old PDF stands for it, nor as the file of an upload."""
    before = stored(app)
    send_in(writers)
    first = writers.record().file_id
    writers.organiser.post(f"{writers.document}/return", data={"version": "2", "note": "Earlier!"})
    assert writers.record().file_id is None
    assert reading().get(StoredFile, first) is None
    assert stored(app) == before
    assert "The PDF that the organiser read is gone" in writers.ada.get(writers.document).text
    assert "no PDF of it until they send it in again" in writers.organiser.get(writers.document).text
    assert writers.organiser.get(f"{writers.document}/file").status_code == 404
    writers.ada.post(f"{writers.text}/set-aside")
    assert "Uploaded:" not in writers.ada.get(writers.document).text


def test_an_upload_stays_when_it_comes_back(make_writers: MakeWriters) -> None:
    writers = make_writers(DocumentState.IN_REVIEW, is_written=False)
    kept = writers.record().file_id
    writers.organiser.post(f"{writers.document}/return", data={"version": "1", "note": "Earlier!"})
    assert writers.record().file_id == kept is not None
    assert "Uploaded:" in writers.ada.get(writers.document).text


@pytest.mark.parametrize("values", [{"title": ""}, {}])
def test_nothing_empty_is_sent_in(make_writers: MakeWriters, values: dict[str, Any]) -> None:
    writers = make_writers(**values)
    if not values:
        writers.ada.post(writers.part, data={"version": "1", "heading": "Lessons", "text": " "})
    assert "needs a title and something written in it" in send_in(writers)
    assert writers.record().state is DocumentState.DRAFT


def test_a_text_that_changes_meanwhile_is_not_sent_in(
    app: Flask, writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, make = stored(app), typeset

    def slowly(report: Any) -> bytes:
        data = {"version": "1", "heading": "Lessons", "text": "Faster than the PDF."}
        assert writers.bela.post(writers.part, data=data).status_code == 302
        return make(report)

    monkeypatch.setattr("peer_visits.library.printing.making.typeset", slowly)
    assert "changed while its PDF was made" in send_in(writers)
    assert writers.record().state is DocumentState.DRAFT
    assert writers.sections() == [("Lessons", "Faster than the PDF.")]
    assert stored(app) == before


def test_a_pdf_that_cannot_be_made_is_told(
    app: Flask, writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_report: object) -> bytes:
        raise NotSet("too deep")

    monkeypatch.setattr("peer_visits.library.printing.making.typeset", fail)
    monkeypatch.setattr("peer_visits.library.writing.views.text.typeset", fail)
    before = stored(app)
    assert "PDF could not be made" in send_in(writers)
    assert writers.record().state is DocumentState.DRAFT
    assert stored(app) == before
    assert writers.ada.get(f"{writers.text}.pdf").status_code == 409


def test_a_stale_send_in_changes_nothing(app: Flask, writers: Writers) -> None:
    before = stored(app)
    assert "changed by someone else" in send_in(writers, 7)
    assert writers.record().state is DocumentState.DRAFT
    assert stored(app) == before


def test_the_order_of_the_sections_is_that_of_the_pdf(writers: Writers) -> None:
    answer = writers.ada.post(f"{writers.text}/sections/new", data={"heading": "Money"})
    added = answer.headers["Location"]
    writers.ada.post(added, data={"version": "1", "heading": "Money", "text": "It costs little."})
    order = {f"part_{writers.part_id.hex}": "2", f"part_{uuid.UUID(added.rsplit('/', 1)[1]).hex}": "1"}
    writers.ada.post(f"{writers.text}/sections", data=order)
    words = words_of(writers.ada.get(f"{writers.text}.pdf").data)
    assert words.index("It costs little.") < words.index("Ask early")


def test_one_that_was_uploaded_needs_its_file_after_all(writers: Writers) -> None:
    writers.ada.post(f"{writers.text}/set-aside")
    with writing() as session:
        assert session.get_one(type(writers.record()), writers.document_id).file_id is None
    assert "needs a title and its PDF" in send_in(writers)
