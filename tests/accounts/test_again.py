"""A session that ran out: what was typed comes along, is shown to nobody else, and is sent by a press alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.accounts.passwords import hash_password
from peer_visits.storage.transaction import db, reading, writing
from tests.support import apps
from tests.support.factories import make_person

PASSWORD = "three quiet words"
HASH = hash_password(PASSWORD)
ADDRESS = "ada@example.org"
OWN = {"Origin": "http://localhost"}
FOREIGN = {"Origin": "http://evil.example"}
Fields = list[tuple[str, str]]


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[FlaskClient]:
    """A visitor of an application that asks for tokens, as the real one does, with one account."""
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'again.sqlite'}"), csrf=True)
    with app.app_context():
        with writing() as session:
            make_person(session, email=ADDRESS, password_hash=HASH)
        yield app.test_client()
        db.session.remove()


class Forms(HTMLParser):
    """The forms of a page as a browser reads them: action and fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Fields]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and their inputs."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((values["action"], []))
        elif tag == "input" and self.found and values.get("name"):
            self.found[-1][1].append((values["name"], values.get("value", "")))


def form_of(answer: TestResponse) -> tuple[str, Fields]:
    """The form of the page's main part: the one that is neither for signing out nor for colours."""
    main = answer.text.split("<main", 1)[1].split("</main>", 1)[0]
    [form] = Forms(main).found
    return form


def press(client: FlaskClient, answer: TestResponse, **filled: str) -> TestResponse:
    """Fill in and send the page's form as it stands."""
    action, fields = form_of(answer)
    data = MultiDict([(name, value) for name, value in fields if name not in filled])
    data.update(filled)
    return client.post(action, data=data, headers=OWN)


def sign_in_again(client: FlaskClient, answer: TestResponse, password: str = PASSWORD) -> TestResponse:
    return press(client, answer, email=ADDRESS, password=password)


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', client.get("/sign-in").text)
    assert found
    return found.group(1)


def signed_in(client: FlaskClient) -> FlaskClient:
    reading().rollback()
    return apps.sign_in(client, reading().scalars(select(Person)).one())


def name_of_person() -> str:
    reading().rollback()
    return reading().scalars(select(Person.name)).one()


PROFILE = {
    "name": "Ada <script>alert(1)</script> \"Łódź\" 'x' &amp;",
    "organisation": "City of Łódź",
    "organisation_kind": "local",
    "country": "PL",
    "language": "en",
    "time_zone": "Europe/Warsaw",
    "version": "1",
}


def test_what_was_typed_comes_along_and_is_sent_by_a_press(strict: FlaskClient) -> None:
    before = name_of_person()
    asked = strict.post("/account", data={**PROFILE, "csrf_token": "died with its session"}, headers=OWN)
    assert asked.status_code == 401
    assert "Sign in again: what you typed is kept" in asked.text
    shown = sign_in_again(strict, asked)
    assert shown.status_code == 200
    assert "Go on where I was" in shown.text
    assert name_of_person() == before
    action, fields = form_of(shown)
    assert action == "/account"
    assert {name: value for name, value in fields if name != "csrf_token"} == PROFILE
    assert press(strict, shown).headers["Location"] == "/account"
    assert name_of_person() == PROFILE["name"]


def test_a_token_that_outlived_the_session_on_the_server_leads_there_too(strict: FlaskClient) -> None:
    """The cookie's token is good, the session behind it is over: the guard asks, not the token."""
    asked = strict.post("/account", data={**PROFILE, "csrf_token": token(strict)})
    assert asked.status_code == 401
    assert press(strict, sign_in_again(strict, asked)).status_code == 302
    assert name_of_person() == PROFILE["name"]


def test_a_wrong_password_keeps_the_fields(strict: FlaskClient) -> None:
    asked = strict.post("/account", data=PROFILE, headers=OWN)
    wrong = sign_in_again(strict, asked, "not the password")
    assert wrong.status_code == 422
    assert "Address or password is not right" in wrong.text
    assert dict(form_of(sign_in_again(strict, wrong))[1])["name"] == PROFILE["name"]


def test_having_to_wait_keeps_the_fields(strict: FlaskClient) -> None:
    page = strict.post("/account", data=PROFILE, headers=OWN)
    for _guess in range(11):
        page = sign_in_again(strict, page, "not the password")
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "60"
    assert ("kept:name", PROFILE["name"]) in form_of(page)[1]


def test_fields_are_escaped_on_every_page(strict: FlaskClient) -> None:
    evil = '"><script>alert(1)</script>'
    data = {evil: evil, "email": evil, "__proto__": "</form><form action=//evil>", "kept:x": "own prefix"}
    asked = strict.post("/account", data=data, headers=OWN)
    shown = sign_in_again(strict, asked)
    signed_in(strict)
    expired = strict.post("/account", data=data, headers=OWN)
    for page in (asked, shown, expired):
        assert "<script>" not in page.text
        assert "<form action=//evil" not in page.text
    for page in (shown, expired):
        assert {n: v for n, v in form_of(page)[1] if n != "csrf_token"} == data


def test_the_form_s_own_fields_do_not_get_into_the_way_of_signing_in(strict: FlaskClient) -> None:
    data = {"email": "new@example.org", "next": "/library", "kept": "no", "left-out": "file"}
    asked = strict.post("/account/email", data=data, headers=OWN)
    _action, fields = form_of(sign_in_again(strict, asked))
    assert {n: v for n, v in fields if n != "csrf_token"} == data


def test_repeated_fields_keep_their_number_and_order(strict: FlaskClient) -> None:
    data = MultiDict([("choice", "b"), ("choice", "a"), ("choice", ""), ("note", "one\r\ntwo")])
    asked = strict.post("/account?tab=2", data=data, headers=OWN)
    action, fields = form_of(sign_in_again(strict, asked))
    assert action == "/account?tab=2"
    assert [one for one in fields if one[0] != "csrf_token"] == list(data.items(multi=True))


def test_passwords_are_not_written_into_a_page(strict: FlaskClient) -> None:
    data = {"present": "my old secret words", "password": "my new secret words"}
    asked = strict.post("/account/password", data=data, headers=OWN)
    shown = sign_in_again(strict, asked)
    for page in (asked, shown):
        assert "Passwords are not kept" in page.text
        assert "secret words" not in page.text
    assert press(strict, shown).status_code == 422


def test_a_file_is_said_to_be_missing(strict: FlaskClient) -> None:
    data = {"title": "Report", "file": (io.BytesIO(b"%PDF-1.7"), "report.pdf")}
    asked = strict.post("/account", data=data, headers=OWN, content_type="multipart/form-data")
    shown = sign_in_again(strict, asked)
    for page in (asked, shown):
        assert "A file cannot be kept" in page.text
        assert "report.pdf" not in page.text
    assert dict(form_of(shown)[1])["title"] == "Report"
    empty = {"title": "Report", "file": (io.BytesIO(b""), "")}
    none = strict.post("/account", data=empty, headers=OWN, content_type="multipart/form-data")
    assert "A file cannot be kept" not in none.text


def test_five_hundred_fields_come_along(strict: FlaskClient) -> None:
    data = {f"field_{number}": f"Łódź {number}" for number in range(500)}
    shown = sign_in_again(strict, strict.post("/account", data=data, headers=OWN))
    assert {n: v for n, v in form_of(shown)[1] if n != "csrf_token"} == data


def test_too_much_is_said_to_be_so_and_never_sent_by_half(strict: FlaskClient) -> None:
    data = {"note": "x" * (510 * 1024)}
    asked = strict.post("/account", data=data, headers=OWN)
    assert asked.status_code == 401
    assert "too long to be kept" in asked.text
    assert len(asked.data) < 50_000
    assert sign_in_again(strict, asked).headers["Location"] == "/account"


def test_as_much_as_fits_can_be_sent(strict: FlaskClient) -> None:
    asked = strict.post("/account", data={"note": "x" * (495 * 1024)}, headers=OWN)
    shown = sign_in_again(strict, asked)
    assert shown.status_code == 200
    assert press(strict, shown).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        FOREIGN,
        {},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost@evil.example"},
        {"Referer": "http://evil.example/http://localhost/"},
        {**FOREIGN, "Referer": "http://localhost/account"},
    ],
    ids=lambda headers: " ".join(headers.values()) or "silent",
)
def test_what_another_site_made_up_is_never_kept(strict: FlaskClient, headers: dict[str, str]) -> None:
    asked = strict.post("/account", data=PROFILE, headers=headers)
    assert asked.status_code == 401
    assert "what you typed is kept" not in asked.text
    assert sign_in_again(strict, asked).headers["Location"] == "/account"
    signed_in(strict)
    expired = strict.post("/account", data=PROFILE, headers=headers)
    assert expired.status_code == 400
    for page in (asked, expired):
        assert "Łódź" not in page.text


def test_an_expired_form_of_somebody_signed_in_can_be_sent_again(strict: FlaskClient) -> None:
    before = name_of_person()
    signed_in(strict)
    expired = strict.post("/account", data=PROFILE, headers={"Referer": "http://localhost/account"})
    assert expired.status_code == 400
    assert name_of_person() == before
    assert press(strict, expired).status_code == 302
    assert name_of_person() == PROFILE["name"]


def test_signing_in_in_another_window_is_enough(strict: FlaskClient) -> None:
    """The other window's sign-in ended the token of this one; nothing is asked twice and nothing is lost."""
    here = strict.post("/account", data=PROFILE, headers=OWN)
    there = sign_in_again(strict, strict.get("/sign-in"))
    assert there.status_code == 302
    shown = press(strict, here)
    assert shown.status_code == 200
    assert "Go on where I was" in shown.text
    assert press(strict, shown).status_code == 302
    assert name_of_person() == PROFILE["name"]


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("//evil.example", "/applications"),
        ("https://evil.example/", "/applications"),
        ("/\\evil.example", "/applications"),
        ("javascript:alert(1)", "/applications"),
        ("/no/such/page", "/applications"),
        ("/library", "/library"),
    ],
)
def test_kept_fields_go_to_pages_of_ours_that_take_them(
    client: FlaskClient, at_now: datetime, wanted: str, leads_to: str
) -> None:
    with writing() as session:
        make_person(session, email=ADDRESS, password_hash=HASH)
    data = {"email": ADDRESS, "password": PASSWORD, "kept": "yes", "kept:name": "Ada"}
    answer = client.post("/sign-in", query_string={"next": wanted}, data=data)
    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)


def test_a_get_is_still_sent_to_the_sign_in_page(strict: FlaskClient) -> None:
    assert strict.get("/account?tab=2").headers["Location"] == "/sign-in?next=/account?tab%3D2"


def test_a_script_is_told_in_its_own_words(strict: FlaskClient) -> None:
    asks = {"Accept": "application/json"}
    answers = [
        strict.get("/csrf", headers=asks),
        strict.post("/account", headers={**asks, **OWN}),
        strict.post("/account", headers={**asks, **FOREIGN}),
        strict.post("/account", data={"csrf_token": token(strict)}, headers=asks),
    ]
    for answer in answers:
        assert (answer.status_code, answer.get_json()) == (401, {"error": "signed out"})
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    assert strict.get("/csrf", headers=browser).status_code == 302


def test_a_fresh_token_lets_an_open_page_go_on(strict: FlaskClient) -> None:
    signed_in(strict)
    answer = strict.get("/csrf", headers={"Accept": "application/json"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(answer.get_json()) == ["token"]
    headers = {"X-CSRFToken": answer.get_json()["token"]}
    assert strict.post("/account", data=PROFILE, headers=headers).status_code == 302
    assert strict.post("/account", data=PROFILE, headers={"X-CSRFToken": "made up"}).status_code == 400


def test_without_tokens_a_visitor_of_public_pages_gets_the_plain_error(strict: FlaskClient) -> None:
    data = {"name": "Ada", "email": "new@example.org", "password": PASSWORD}
    plain = strict.post("/register", data=data)
    assert plain.status_code == 400
    assert "Go on where I was" not in plain.text
    assert PASSWORD not in strict.post("/register", data=data, headers=OWN).text
