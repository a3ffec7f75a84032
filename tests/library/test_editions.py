"""From the upload to the library, and the next edition that takes its place, by the pages alone."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.library.duties import owe_document
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_call, make_organiser, make_programme, make_visit
from tests.support.library_factories import make_author
from tests.support.pdfs import make_pdf

ClientOf = Callable[[Person], FlaskClient]
FIRST, SECOND = make_pdf(1), make_pdf(2)
TYPED = {
    "title": "What we learnt",
    "authors": "",
    "dated": "",
    "language": "en",
    "licence": "",
    "summary": "",
}


class Desk:
    """The browsers of the author and the organiser of one owed document."""

    def __init__(self, slug: str, author: FlaskClient, organiser: FlaskClient) -> None:
        self.slug, self.author, self.organiser = slug, author, organiser

    def editions(self) -> list[AnalyticalDocument]:
        reading().rollback()
        return list(reading().scalars(select(AnalyticalDocument).order_by(AnalyticalDocument.edition)))

    def newest(self) -> AnalyticalDocument:
        return self.editions()[-1]

    def address(self) -> str:
        return f"/documents/{self.newest().id}"

    def upload(self, content: bytes, **typed: str) -> TestResponse:
        file = (io.BytesIO(content), "report.pdf")
        data = {**TYPED, "version": str(self.newest().version), "file": file, **typed}
        return self.author.post(self.address(), data=data, content_type="multipart/form-data")

    def step(self, browser: FlaskClient, step: str) -> TestResponse:
        return browser.post(f"{self.address()}/{step}", data={"version": str(self.newest().version)})

    def publish(self, content: bytes, **typed: str) -> None:
        self.upload(content, **typed)
        self.step(self.author, "send-in")
        self.step(self.organiser, "publish")


@pytest.fixture
def desk(app: Flask, at_now: datetime, client_of: ClientOf) -> Desk:
    with writing() as session:
        programme = make_programme(session)
        visit = make_visit(session, make_call(session, programme))
        ids = [make_author(session, visit).id, make_organiser(session, programme).id]
        owe_document(session, actor=None, now=at_now, visit=visit)
        slug = visit.slug
    return Desk(slug, *(client_of(reading().get_one(Person, one)) for one in ids))


def test_nothing_of_a_document_is_public_before_it_is_published(desk: Desk, client: FlaskClient) -> None:
    addresses = (f"/library/{desk.slug}", f"/library/{desk.slug}/download")
    desk.upload(FIRST)
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    desk.step(desk.author, "send-in")
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    assert desk.author.get(addresses[1]).status_code == 404
    desk.step(desk.organiser, "publish")
    assert [client.get(one).status_code for one in addresses] == [200, 200]
    assert client.get(addresses[1]).data == FIRST


def test_the_next_edition_takes_the_place_of_the_first(desk: Desk, client: FlaskClient) -> None:
    desk.publish(FIRST, title="First edition")
    desk.step(desk.author, "new-edition")
    desk.upload(SECOND, title="Second edition")
    assert client.get(f"/library/{desk.slug}/download").data == FIRST
    assert "Second edition" not in client.get("/library").text
    desk.step(desk.author, "send-in")
    desk.step(desk.organiser, "publish")
    assert client.get(f"/library/{desk.slug}/download").data == SECOND
    text = client.get("/library").text
    assert "Second edition" in text
    assert "First edition" not in text
    assert "Nothing found" in client.get("/library?q=first").text
    assert "Second edition" in client.get("/library?q=second").text
    assert client.get(f"/library/{desk.slug}/editions/1").data == FIRST
    assert client.get(f"/library/{desk.slug}/editions/3").status_code == 404
    assert "/editions/1" in client.get(f"/library/{desk.slug}").text
    assert [one.state for one in desk.editions()] == [DocumentState.SUPERSEDED, DocumentState.PUBLISHED]


def test_a_superseded_edition_stays_with_its_authors(desk: Desk) -> None:
    desk.publish(FIRST)
    first = desk.address()
    desk.step(desk.author, "new-edition")
    desk.publish(SECOND)
    assert desk.author.get(first).status_code == 200
    assert desk.author.get(f"{first}/file").data == FIRST
    assert desk.author.post(first, data={**TYPED, "version": "1"}).status_code == 422


def test_without_its_file_a_document_is_not_sent_in(desk: Desk) -> None:
    desk.author.post(desk.address(), data={**TYPED, "version": "1"})
    desk.step(desk.author, "send-in")
    assert "needs a title and its PDF" in desk.author.get(desk.address()).text
    assert desk.newest().state is DocumentState.DRAFT


def test_a_document_that_is_not_there_is_told_so(desk: Desk) -> None:
    for step in ("", "/file"):
        assert desk.author.get(f"/documents/{uuid.UUID(int=1)}{step}").status_code == 404


def test_an_upload_over_the_limit_is_refused_and_nothing_is_kept(desk: Desk, app: Flask) -> None:
    limit = app.extensions["settings"].upload_bytes
    refused = desk.upload(FIRST + bytes(limit))
    assert refused.status_code == 422
    assert f"larger than {limit // 1024**2} MB" in refused.text
    assert "What we learnt" in refused.text
    assert desk.newest().state is DocumentState.OWED


def test_a_request_far_over_the_limit_is_not_read(desk: Desk, app: Flask) -> None:
    limit = app.extensions["settings"].upload_bytes
    assert desk.upload(FIRST + bytes(limit + 2 * 1024**2)).status_code == 413
    assert desk.newest().version == 1
