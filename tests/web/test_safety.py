"""What every answer carries, and what no request may do: headers, tokens, host names, leaving this site."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter

from peer_visits.storage.transaction import db
from peer_visits.web.headers import CONTENT_SECURITY_POLICY, HEADERS
from tests.support import apps

PATHS = ["/", "/library", "/sign-in", "/no-such-page", "/account", "/healthz", "/robots.txt"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: FlaskClient, app: Flask, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "data:" not in CONTENT_SECURITY_POLICY
    assert "require-trusted-types-for 'script'" in CONTENT_SECURITY_POLICY


def test_pages_are_kept_by_nobody_and_public_files_may_be(client: FlaskClient, app: Flask) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert "Cookie" in client.get("/").headers["Vary"]
    assert client.get("/robots.txt").headers["Cache-Control"].startswith("public")


def test_a_foreign_host_name_is_refused(client: FlaskClient, app: Flask) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", ""])
def test_choosing_colours_leads_nowhere_else(client: FlaskClient, app: Flask, wanted: str) -> None:
    answer = client.post("/theme", data={"theme": "dark", "next": wanted})
    assert answer.headers["Location"] == "/"
    assert "HttpOnly" in answer.headers["Set-Cookie"]


@pytest.fixture
def strict_app(tmp_path: Path) -> Iterator[Flask]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'strict.sqlite'}"), csrf=True)
    with app.app_context():
        yield app
        db.session.remove()


def sample_of(converter: BaseConverter) -> object:
    """A value that a part of an address takes."""
    if isinstance(converter, IntegerConverter):
        return 1
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return uuid.uuid4() if isinstance(converter, UUIDConverter) else "x"


# One click in a mail program, which has no session: RFC 8058. The address itself is the secret. And harvesters may ask
# the library's OAI-PMH by POST, which only reads what is public.
WITHOUT_TOKEN = {"mailing.unsubscribe", "sharing.oai"}


def test_no_route_takes_a_post_without_its_token(strict_app: Flask) -> None:
    client, taken, asked = strict_app.test_client(), [], 0
    for route in strict_app.url_map.iter_rules():
        if "POST" not in (route.methods or set()):
            continue
        asked += 1
        values = {name: sample_of(converter) for name, converter in route._converters.items()}
        path = strict_app.url_map.bind("localhost").build(route.endpoint, values)
        # 401: nobody is signed in, which is what there is to say.
        if client.post(path, data={"any": "thing"}).status_code not in {400, 401}:
            taken.append(route.endpoint)
    assert set(taken) == WITHOUT_TOKEN
    assert asked > 30


def test_a_large_request_is_refused_before_it_is_read(client: FlaskClient, app: Flask) -> None:
    answer = client.post("/register", data={"name": "x" * 600_000}, content_type="multipart/form-data")
    assert answer.status_code == 413
