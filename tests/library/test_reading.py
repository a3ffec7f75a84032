"""Published PDFs are read on screen page by page: drawn by a sweep in the limited child, each with its text."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update

from peer_visits.cli.check import find_broken
from peer_visits.files import drawing
from peer_visits.files.models import FilePage, StoredFile
from peer_visits.files.services import accept_pdf, keep_file
from peer_visits.files.serving import current_store
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.pages import draw_missing_pages
from peer_visits.library.samples import sample_pdf
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW, make_call, make_visit
from tests.support.library_factories import make_document
from tests.support.pdfs import make_pdf


def publish(content: bytes, state: DocumentState = DocumentState.PUBLISHED) -> str:
    """The slug of a document with this file."""
    accepted = accept_pdf(current_store(), io.BytesIO(content), "report.pdf", most_bytes=10**7)
    with writing() as session:
        file = keep_file(session, accepted, now=NOW, created_by=None)
        visit = make_visit(session, make_call(session))
        return make_document(session, visit, state, file_id=file.id).slug


def words() -> bytes:
    """A page that says something."""
    return sample_pdf("Reuse of mills", "Łódź", "Łódź, 2020", "lodz")


def joined(*contents: bytes) -> bytes:
    """One PDF of the pages of all."""
    whole, buffer = pypdfium2.PdfDocument.new(), io.BytesIO()
    for content in contents:
        whole.import_pages(pypdfium2.PdfDocument(content))
    whole.save(buffer)
    return buffer.getvalue()


def test_a_page_is_a_picture_and_its_text_as_text(app: Flask, client: FlaskClient) -> None:
    slug = publish(joined(words(), make_pdf(2)))
    assert "The pages are being drawn" in client.get(f"/library/{slug}/pages").text
    assert draw_missing_pages(NOW) == 3
    assert draw_missing_pages(NOW) == 0
    first = client.get(f"/library/{slug}/pages").text
    assert "Page 1 of 3" in first
    assert "Reuse of mills" in first.split('class="page-text"')[1]
    assert 'rel="next"' in first
    assert "holds no text" in client.get(f"/library/{slug}/pages?page=2").text
    assert "Page 3 of 3" in client.get(f"/library/{slug}/pages?page=99").text
    answer = client.get(f"/library/{slug}/pages/1.jpg")
    assert answer.mimetype == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert max(picture.size) > 1000
    assert f'href="/library/{slug}/pages"' in client.get(f"/library/{slug}").text
    assert find_broken(reading()) == []


def test_text_of_a_page_is_never_markup(app: Flask, client: FlaskClient) -> None:
    slug = publish(sample_pdf("<script>alert(1)</script>", "x", "x", "x"))
    draw_missing_pages(NOW)
    text = client.get(f"/library/{slug}/pages").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_long_documents_are_drawn_some_pages_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "AT_ONCE", 2)
    publish(make_pdf(5))
    assert [draw_missing_pages(NOW) for _time in range(4)] == [2, 2, 1, 0]
    assert list(reading().scalars(select(FilePage.number).order_by(FilePage.number))) == [1, 2, 3, 4, 5]


def test_a_page_that_stops_the_child_is_passed_over(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = publish(make_pdf(2))
    with monkeypatch.context() as patched:
        patched.setattr(drawing, "run_child", lambda *_args, **_kwargs: {"problem": "slow"})
        assert draw_missing_pages(NOW) == 1
    assert draw_missing_pages(NOW) == 1
    assert "This page cannot be drawn." in client.get(f"/library/{slug}/pages").text
    assert client.get(f"/library/{slug}/pages/1.jpg").status_code == 404
    assert client.get(f"/library/{slug}/pages/2.jpg").status_code == 200


def test_nothing_is_read_before_it_is_published(app: Flask, client: FlaskClient) -> None:
    slug = publish(make_pdf(), DocumentState.DRAFT)
    assert draw_missing_pages(NOW) == 0
    assert client.get(f"/library/{slug}/pages").status_code == 404
    assert client.get(f"/library/{slug}/pages/1.jpg").status_code == 404


def test_a_file_whose_bytes_are_gone_is_passed_over(app: Flask) -> None:
    publish(make_pdf())
    current_store().remove(reading().scalars(select(StoredFile.key)).one())
    assert draw_missing_pages(NOW) == 0
    assert reading().scalars(select(AnalyticalDocument.state)).one() is DocumentState.PUBLISHED


def test_what_was_written_here_is_read_as_a_whole(app: Flask, client: FlaskClient) -> None:
    slug = publish(make_pdf())
    with writing() as session:
        session.execute(update(AnalyticalDocument).values(is_written=True))
    assert draw_missing_pages(NOW) == 0
    assert client.get(f"/library/{slug}/pages").headers["Location"] == f"/library/{slug}/read"
