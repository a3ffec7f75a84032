"""Accounts through the browser's door: registering, links, signing in and out, and what strangers may learn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person, SignInSession
from peer_visits.accounts.passwords import hash_password
from peer_visits.accounts.sweeps import remove_expired
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_person

PASSWORD = "three quiet words"
HASH = hash_password(PASSWORD)
ClientOf = Callable[[Person], FlaskClient]


def make_account(**values: Any) -> Person:
    with writing() as session:
        person = make_person(session, password_hash=HASH, **values)
        session.flush()
        person_id = person.id
    return reading().get_one(Person, person_id)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, way: str = "/sign-in") -> TestResponse:
    return client.post(way, data={"email": email, "password": password})


def mails(kind: str) -> list[Message]:
    reading().rollback()
    return list(reading().scalars(select(Message).where(Message.kind == kind).order_by(Message.created_at)))


def secret_of(message: Message, path: str) -> str:
    found = re.search(rf"{path}/([\w-]+)", message.text)
    assert found
    return found.group(1)


def without_tokens(answer: TestResponse) -> str:
    """The page without its CSRF tokens, which differ by the second."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", answer.text)


def register(client: FlaskClient, **changes: str) -> TestResponse:
    data = {"name": "Ada Example", "email": "Ada@Example.org", "password": PASSWORD, **changes}
    return client.post("/register", data=data)


def test_registering_makes_an_unconfirmed_account_and_one_mail(client: FlaskClient, at_now: datetime) -> None:
    assert register(client).status_code == 200
    person = reading().scalars(select(Person)).one()
    assert (person.email, person.email_verified_at) == ("ada@example.org", None)
    assert len(mails("account.verify")) == 1


def test_a_known_address_gets_the_same_page_and_another_mail(client: FlaskClient, at_now: datetime) -> None:
    unknown = register(client)
    known = register(client)
    assert (unknown.status_code, without_tokens(unknown)) == (known.status_code, without_tokens(known))
    assert reading().scalar(select(func.count()).select_from(Person)) == 1
    assert len(mails("account.known")) == 1


def test_the_link_survives_looking_and_works_once(client: FlaskClient, at_now: datetime) -> None:
    register(client)
    path = "/verify/" + secret_of(mails("account.verify")[0], "verify")
    assert client.head(path).status_code == client.get(path).status_code == 200
    assert client.post(path).status_code == 302
    reading().rollback()
    assert reading().scalars(select(Person)).one().email_verified_at == at_now
    assert client.post(path).status_code == 422


def test_a_link_ends_by_itself(client: FlaskClient, at_now: datetime) -> None:
    register(client)
    path = "/verify/" + secret_of(mails("account.verify")[0], "verify")
    with clock.frozen(at_now + timedelta(days=3)):
        assert "cannot be used" in client.get(path).text
        assert client.post(path).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "A" * 201),
        ("name", "Ada\x00"),
        ("name", "Ada\u202eadA"),
        ("email", "not an address"),
        ("email", "a" * 250 + "@example.org"),
        ("password", "short"),
        ("password", "x" * 1001),
    ],
)
def test_bad_input_is_answered_beside_its_field_and_kept(
    client: FlaskClient, app: Flask, field: str, value: str
) -> None:
    answer = register(client, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Ada@Example.org".lower() in answer.text or field == "email"
    assert reading().scalar(select(func.count()).select_from(Person)) == 0


def test_signing_in_and_out_ends_the_session_on_the_server(client: FlaskClient, app: Flask) -> None:
    person = make_account()
    assert sign_in(client, person.email).status_code == 302
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert client.get("/account").status_code == 200
    client.post("/sign-out")
    client.set_cookie("session", cookie.value)
    assert client.get("/account").status_code == 302


def test_a_session_ends_after_twelve_hours(client: FlaskClient, at_now: datetime) -> None:
    person = make_account()
    sign_in(client, person.email)
    with clock.frozen(at_now + timedelta(hours=12, seconds=-1)):
        assert client.get("/account").status_code == 200
    with clock.frozen(at_now + timedelta(hours=12)):
        assert client.get("/account").status_code == 302


def test_an_answer_that_changes_nothing_leaves_the_cookie_alone(client: FlaskClient, app: Flask) -> None:
    """Else a slow answer to a preview would bring back a cookie from before the last message was put in it."""
    make_account(email="lena@example.org")
    sign_in(client, "lena@example.org")
    assert "Set-Cookie" in client.get("/applications").headers, "the token of its forms is new"
    assert "Set-Cookie" not in client.get("/applications").headers


def test_each_sign_in_has_a_session_of_its_own(client: FlaskClient, app: Flask) -> None:
    person = make_account()
    with client.session_transaction() as cookie:
        cookie["planted"] = "by an attacker"
    sign_in(client, person.email)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_wrong_password_and_unknown_address_get_the_same_answer(
    client: FlaskClient, at_now: datetime
) -> None:
    make_account(email="known@example.org")
    wrong = sign_in(client, "known@example.org", "not the password")
    unknown = sign_in(client, "nobody@example.org", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert without_tokens(wrong).replace("known@", "X@") == without_tokens(unknown).replace("nobody@", "X@")


def test_eleven_guesses_in_a_minute_have_to_wait_and_then_may_go_on(
    client: FlaskClient, at_now: datetime
) -> None:
    person = make_account()
    for _guess in range(10):
        assert sign_in(client, person.email, "wrong").status_code == 422
    waiting = sign_in(client, person.email)
    assert waiting.status_code == 429
    assert waiting.headers["Retry-After"] == "60"
    with clock.frozen(at_now + timedelta(seconds=61)):
        assert sign_in(client, person.email).status_code == 302


def test_a_forwarded_address_does_not_escape_the_limit(client: FlaskClient, at_now: datetime) -> None:
    answers = [
        client.post(
            "/sign-in",
            data={"email": f"guess{number}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        ).status_code
        for number in range(31)
    ]
    assert answers[-1] == 429


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "/no/such/page",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, app: Flask, wanted: str) -> None:
    person = make_account()
    answer = client.post(
        "/sign-in", query_string={"next": wanted}, data={"email": person.email, "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/applications"


def test_signing_in_leads_on_to_the_wanted_page(client: FlaskClient, app: Flask) -> None:
    person = make_account()
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"
    answer = sign_in(client, person.email, way="/sign-in?next=/account")
    assert answer.headers["Location"] == "/account"


def test_a_new_password_signs_everyone_out_and_the_link_is_used_up(client: FlaskClient, app: Flask) -> None:
    person = make_account()
    elsewhere = app.test_client()
    sign_in(elsewhere, person.email)
    client.post("/forgotten-password", data={"email": person.email})
    path = "/reset/" + secret_of(mails("account.reset")[0], "reset")
    assert client.post(path, data={"password": "short"}).status_code == 422
    assert client.post(path, data={"password": "four entirely new words"}).status_code == 302
    assert elsewhere.get("/account").status_code == 302
    assert client.post(path, data={"password": "five entirely new words"}).status_code == 422
    assert sign_in(client, person.email, "four entirely new words").status_code == 302


def test_a_forgotten_password_of_nobody_looks_the_same(client: FlaskClient, at_now: datetime) -> None:
    make_account(email="known@example.org")
    known = client.post("/forgotten-password", data={"email": "known@example.org"})
    unknown = client.post("/forgotten-password", data={"email": "nobody@example.org"})
    assert without_tokens(known).replace("known@", "X@") == without_tokens(unknown).replace("nobody@", "X@")
    assert len(mails("account.reset")) == 1


def test_changing_the_password_needs_the_present_one(client_of: ClientOf, app: Flask) -> None:
    person = make_account()
    client = client_of(person)
    refused = client.post(
        "/account/password", data={"present": "wrong", "password": "four entirely new words"}
    )
    assert refused.status_code == 422
    changed = client.post(
        "/account/password", data={"present": PASSWORD, "password": "four entirely new words"}
    )
    assert changed.status_code == 302
    assert client.get("/account").status_code == 200


def test_a_new_address_counts_once_its_link_is_followed(client_of: ClientOf, app: Flask) -> None:
    person = make_account(email="old@example.org")
    client = client_of(person)
    client.post("/account/email", data={"email": "new@example.org", "present": PASSWORD})
    assert mails("account.address_changes")[0].to_address == "old@example.org"
    [mail] = mails("account.new_address")
    assert mail.to_address == "new@example.org"
    path = "/account/email/" + secret_of(mail, "email")
    assert client.post(path).status_code == 302
    reading().rollback()
    assert reading().scalars(select(Person.email)).one() == "new@example.org"
    assert reading().scalar(select(func.count()).select_from(SignInSession)) == 0


def profile(seen: int, **changes: str) -> dict[str, str]:
    whole = {
        "name": "Ada Example",
        "organisation": "City of Łódź",
        "organisation_kind": "local",
        "country": "PL",
        "language": "en",
        "time_zone": "Europe/Warsaw",
        "version": str(seen),
    }
    return {**whole, **changes}


def test_the_profile_is_saved(client_of: ClientOf, app: Flask) -> None:
    client = client_of(make_account())
    assert client.post("/account", data=profile(1)).status_code == 302
    reading().rollback()
    person = reading().scalars(select(Person)).one()
    assert (person.organisation, person.country, person.version) == ("City of Łódź", "PL", 2)


def test_two_windows_do_not_overwrite_each_other(client_of: ClientOf, app: Flask) -> None:
    client = client_of(make_account())
    client.post("/account", data=profile(1))
    late = client.post("/account", data=profile(1, organisation="From the other window"))
    assert late.status_code == 422
    assert "From the other window" in late.text
    reading().rollback()
    assert reading().scalars(select(Person.organisation)).one() == "City of Łódź"


def test_fields_that_are_not_in_the_form_change_nothing(client_of: ClientOf, app: Flask) -> None:
    client = client_of(make_account(email="ada@example.org"))
    planted = {"is_administrator": "1", "email": "root@example.org", "password_hash": "x", "id": "1"}
    client.post("/account", data={**profile(1), **planted})
    reading().rollback()
    person = reading().scalars(select(Person)).one()
    assert (person.email, person.is_administrator, person.password_hash) == ("ada@example.org", False, HASH)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "XX"),
        ("organisation_kind", "king"),
        ("time_zone", "Mars/Base"),
        ("version", "seven"),
        ("language", "tlh"),
    ],
)
def test_wrong_kinds_of_value_are_refused(client_of: ClientOf, app: Flask, field: str, value: str) -> None:
    client = client_of(make_account())
    assert client.post("/account", data=profile(1, **{field: value})).status_code == 422


def test_the_sweep_removes_what_has_ended(client: FlaskClient, at_now: datetime) -> None:
    person = make_account()
    sign_in(client, person.email)
    with writing() as session:
        assert remove_expired(session, at_now) == 0
        assert remove_expired(session, at_now + timedelta(hours=13)) == 3
