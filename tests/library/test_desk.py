"""The desk where documents are written, reviewed and published."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.config import Settings
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import make_call, make_organiser, make_programme, make_visit
from tests.support.library_factories import make_author, make_document
from tests.support.pdfs import HTML, make_pdf
from tests.support.statements import counting

TYPED: dict[str, Any] = {
    "title": "What we learnt",
    "authors": "Ada Example",
    "dated": "2026-04-30",
    "language": "en",
    "licence": "CC BY 4.0",
    "summary": "In short.",
}


@dataclass
class Desk:
    """A document; the browsers of its author, its organiser, and of somebody who is both elsewhere."""

    app: Flask
    document_id: uuid.UUID
    author: FlaskClient
    organiser: FlaskClient
    stranger: FlaskClient

    @property
    def address(self) -> str:
        return f"/documents/{self.document_id}"

    def document(self) -> AnalyticalDocument:
        reading().rollback()
        return reading().get_one(AnalyticalDocument, self.document_id)

    def save(
        self, version: int | str = 1, upload: bytes | None = None, name: str = "r.pdf", **typed: Any
    ) -> TestResponse:
        data = {**TYPED, "version": str(version), **typed}
        data["file"] = (io.BytesIO(upload or b""), name if upload is not None else "")
        return self.author.post(self.address, data=data, content_type="multipart/form-data")

    def stored(self) -> list[Path]:
        settings: Settings = self.app.extensions["settings"]
        return [path for path in (settings.instance / "uploads").rglob("*") if path.is_file()]


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(app: Flask, at_now: datetime, client_of: Callable[[Person], FlaskClient]) -> MakeDesk:
    def make(state: DocumentState = DocumentState.DRAFT, **values: Any) -> Desk:
        with writing() as session:
            programme = make_programme(session)
            visit = make_visit(session, make_call(session, programme))
            elsewhere = make_visit(session, make_call(session))
            stranger = make_author(session, elsewhere, "Stella Stranger")
            session.add(ProgrammeOrganiser(programme_id=elsewhere.call.programme_id, person_id=stranger.id))
            people = (make_author(session, visit), make_organiser(session, programme), stranger)
            document_id = make_document(session, visit, state, **values).id
            ids = [person.id for person in people]
        return Desk(app, document_id, *(client_of(reading().get_one(Person, one)) for one in ids))

    return make


def test_the_list_shows_whose_turn_it_is_and_what_is_late(make_desk: MakeDesk) -> None:
    desk = make_desk(due_on=datetime(2026, 5, 1).date())
    for browser in (desk.author, desk.organiser):
        text = browser.get("/documents").text
        assert "Draft" in text
        assert "Late" in text
    assert str(desk.document_id) not in desk.stranger.get("/documents").text


def test_the_list_asks_as_often_for_three_documents_as_for_one(make_desk: MakeDesk) -> None:
    desk = make_desk()
    counts = []
    for more in (0, 2):
        with writing() as session:
            document = session.get_one(AnalyticalDocument, desk.document_id)
            session.refresh(document, ["visit"])
            for _number in range(more):
                visit = make_visit(session, document.visit.call)
                make_document(session, visit)
        desk.organiser.get("/documents")
        with counting(db.engine) as seen:
            desk.organiser.get("/documents")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_author_saves_and_uploads(make_desk: MakeDesk) -> None:
    desk = make_desk(DocumentState.OWED, has_file=False)
    before = len(desk.stored())
    assert desk.save(upload=make_pdf(3), name="Bericht Łódź.pdf").status_code == 302
    document = desk.document()
    assert (document.title, document.summary, document.licence) == (
        "What we learnt",
        "In short.",
        "CC BY 4.0",
    )
    assert document.state is DocumentState.DRAFT
    assert len(desk.stored()) == before + 2  # with the picture of its first page
    page = desk.author.get(desk.address).text
    assert "Bericht Łódź.pdf" in page
    assert "3 pages" in page


@pytest.mark.parametrize("has_file", [True, False])
def test_saving_needs_no_upload(make_desk: MakeDesk, has_file: bool) -> None:
    desk = make_desk(has_file=has_file)
    assert desk.save().status_code == 302
    assert (desk.document().file_id is not None) == has_file


@pytest.mark.parametrize("has_file", [True, False])
def test_a_form_sent_without_its_file_field_is_saved_too(make_desk: MakeDesk, has_file: bool) -> None:
    desk = make_desk(has_file=has_file)
    answer = desk.author.post(desk.address, data={**TYPED, "version": "1"})
    assert answer.status_code == 302
    assert desk.document().title == "What we learnt"


def test_the_preview_is_a_download_under_a_safe_name(make_desk: MakeDesk) -> None:
    desk = make_desk(has_file=False)
    desk.save(upload=make_pdf(), name='Łódź "\u202e";.pdf')
    answer = desk.organiser.get(f"{desk.address}/file")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%C5%81%C3%B3d%C5%BA" in answer.headers["Content-Disposition"]
    assert "%E2%80%AE" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert desk.stranger.get(f"{desk.address}/file").status_code == 404


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        (b"", "empty"),
        (HTML, "not a PDF"),
        (b"%PDF-1.7\n" + HTML, "cannot be opened"),
        (make_pdf(301), "more than 300 pages"),
    ],
)
def test_a_bad_upload_is_refused_beside_its_field_and_what_was_typed_stays(
    make_desk: MakeDesk, upload: bytes, reason: str
) -> None:
    desk = make_desk()
    before = len(desk.stored())
    answer = desk.save(upload=upload, title="Typed with care")
    assert answer.status_code == 422
    assert reason in answer.text
    assert "Typed with care" in answer.text
    assert desk.document().version == 1
    assert len(desk.stored()) == before


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"title": "x" * 301},
        {"title": "a\x00b"},
        {"authors": "Ada \u202egnp"},
        {"dated": "yesterday"},
        {"dated": "0000-00-00"},
        {"language": "klingon"},
        {"summary": "x" * 4001},
        {"licence": "x" * 61},
    ],
)
def test_bad_words_are_refused_and_nothing_is_half_written(
    make_desk: MakeDesk, typed: dict[str, str]
) -> None:
    desk = make_desk()
    before = len(desk.stored())
    answer = desk.save(upload=make_pdf(), **typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert desk.document().version == 1
    assert len(desk.stored()) == before


@pytest.mark.parametrize("version", ["0", "7", "", "x", "-1", "9" * 40])
def test_a_stale_form_is_told_and_keeps_its_words_but_no_file(make_desk: MakeDesk, version: str) -> None:
    desk = make_desk()
    before = len(desk.stored())
    answer = desk.save(upload=make_pdf(), title="My own words", version=version)
    assert answer.status_code == 422
    assert "changed by someone else" in answer.text
    assert "My own words" in answer.text
    assert len(desk.stored()) == before


def test_a_document_in_review_is_not_changed(make_desk: MakeDesk) -> None:
    desk = make_desk(DocumentState.IN_REVIEW)
    answer = desk.save()
    assert answer.status_code == 422
    assert desk.document().version == 1


def test_the_way_from_draft_to_library(make_desk: MakeDesk, client: FlaskClient) -> None:
    desk = make_desk()
    assert desk.author.post(f"{desk.address}/send-in", data={"version": "1"}).status_code == 302
    assert desk.document().state is DocumentState.IN_REVIEW
    back = desk.organiser.post(f"{desk.address}/return", data={"version": "2", "note": "Mend page 2."})
    assert back.status_code == 302
    assert "Mend page 2." in desk.author.get(desk.address).text
    desk.author.post(f"{desk.address}/send-in", data={"version": "3"})
    assert desk.organiser.post(f"{desk.address}/publish", data={"version": "4"}).status_code == 302
    document = desk.document()
    assert document.state is DocumentState.PUBLISHED
    assert client.get(f"/library/{document.slug}/download").status_code == 200
    assert "Mend page 2." not in client.get(f"/library/{document.slug}").text


def test_giving_back_needs_a_reason(make_desk: MakeDesk) -> None:
    desk = make_desk(DocumentState.IN_REVIEW)
    answer = desk.organiser.post(f"{desk.address}/return", data={"version": "1", "note": " "})
    assert answer.status_code == 422
    assert "Fill this in." in answer.text
    assert desk.document().state is DocumentState.IN_REVIEW


def test_a_stale_return_is_told(make_desk: MakeDesk) -> None:
    desk = make_desk(DocumentState.IN_REVIEW)
    answer = desk.organiser.post(f"{desk.address}/return", data={"version": "9", "note": "Mend it."})
    assert answer.status_code == 422
    assert "changed by someone else" in answer.text
    assert "Mend it." in answer.text


@pytest.mark.parametrize("step", ["send-in", "publish"])
def test_a_step_taken_twice_is_taken_once(make_desk: MakeDesk, step: str) -> None:
    desk = make_desk(DocumentState.DRAFT if step == "send-in" else DocumentState.IN_REVIEW)
    browser = desk.author if step == "send-in" else desk.organiser
    for _time in range(2):
        answer = browser.post(f"{desk.address}/{step}", data={"version": "1"}, follow_redirects=True)
        assert answer.status_code == 200
    assert desk.document().version == 2


def test_the_next_edition_is_a_draft_of_its_own(make_desk: MakeDesk, client: FlaskClient) -> None:
    desk = make_desk(DocumentState.PUBLISHED)
    answer = desk.author.post(f"{desk.address}/new-edition")
    assert answer.status_code == 302
    assert answer.headers["Location"] != desk.address
    assert desk.author.get(answer.headers["Location"]).status_code == 200
    assert client.get(f"/library/{desk.document().slug}").status_code == 200
    assert desk.author.post(f"{desk.address}/new-edition").status_code == 409


@pytest.mark.parametrize("step", ["send-in", "return", "publish", "new-edition", "file", ""])
def test_a_stranger_finds_no_document(make_desk: MakeDesk, step: str) -> None:
    desk = make_desk(DocumentState.IN_REVIEW)
    address = f"{desk.address}/{step}".rstrip("/")
    open_ = desk.stranger.get if step in {"file", ""} else desk.stranger.post
    assert open_(address).status_code == 404


def test_each_step_is_its_own_persons(make_desk: MakeDesk) -> None:
    desk = make_desk(DocumentState.IN_REVIEW)
    assert desk.author.post(f"{desk.address}/publish", data={"version": "1"}).status_code == 403
    assert desk.author.post(f"{desk.address}/return", data={"version": "1", "note": "x"}).status_code in {
        403,
        404,
    }
    assert desk.organiser.post(desk.address, data=TYPED).status_code == 403
    assert desk.document().version == 1
