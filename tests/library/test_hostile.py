"""What a hostile upload becomes once it is published: a file to download, never a page of this site."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peer_visits.files.services import accept_pdf, keep_file
from peer_visits.files.serving import current_store
from peer_visits.kernel.errors import Refused
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import writing
from tests.support.factories import NOW, make_call, make_visit
from tests.support.hostile import FILES
from tests.support.library_factories import make_document


def publish(app: Flask, content: bytes) -> str | None:
    """The slug under which it stands in the library, if it is taken at all."""
    limit = app.extensions["settings"].upload_bytes
    try:
        accepted = accept_pdf(current_store(), io.BytesIO(content), "a.pdf.html", most_bytes=limit)
    except Refused:
        return None
    with writing() as session:
        file = keep_file(session, accepted, now=NOW, created_by=None)
        visit = make_visit(session, make_call(session))
        return make_document(session, visit, DocumentState.PUBLISHED, file_id=file.id).slug


def assert_inert(answer: TestResponse) -> None:
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Disposition"].endswith(".pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_whatever_is_taken_is_never_served_as_something_active(client: FlaskClient, app: Flask) -> None:
    harmless = {what: content for what, (content, word) in FILES.items() if word is None}
    for what, content in harmless.items():
        slug = publish(app, content)
        assert slug, what
        assert_inert(client.get(f"/library/{slug}/download"))
        assert client.get(f"/library/{slug}").status_code == 200, what
