"""Signing in by a mailed link: what strangers may learn, what scanners may do, and that it is good once."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from peer_visits.accounts import services
from peer_visits.accounts.models import MailedLink, Person, SignInSession
from peer_visits.accounts.rules import partly_hidden
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_person

ADDRESS = "ada@example.org"


def make_account(**values: Any) -> None:
    with writing() as session:
        make_person(session, email=ADDRESS, **values)


def ask(client: FlaskClient, email: str = ADDRESS, wanted: str | None = None) -> TestResponse:
    return client.post(
        "/sign-in/link", query_string={"next": wanted} if wanted else None, data={"email": email}
    )


def mails() -> list[Message]:
    reading().rollback()
    kind = Message.kind == "account.sign_in_link"
    return list(reading().scalars(select(Message).where(kind).order_by(Message.created_at)))


def path_in(mail: Message) -> str:
    found = re.search(r"/sign-in/link/\S+", mail.text)
    assert found
    return found.group()


def link(client: FlaskClient, wanted: str | None = None) -> str:
    assert ask(client, wanted=wanted).status_code == 200
    return path_in(mails()[-1])


def without_tokens(answer: TestResponse) -> str:
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", answer.text)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_link_signs_in_with_a_fresh_session_and_proves_the_address(
    client: FlaskClient, at_now: datetime
) -> None:
    make_account(email_verified_at=None)
    path = link(client)
    with client.session_transaction() as cookie:
        cookie["planted"] = "by an attacker"
    assert client.post(path).headers["Location"] == "/applications"
    assert is_signed_in(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
    reading().rollback()
    assert reading().scalars(select(Person.email_verified_at)).one() == at_now


def test_looking_any_number_of_times_does_not_use_it_up(client: FlaskClient, at_now: datetime) -> None:
    make_account()
    path = link(client)
    for _look in range(3):
        assert client.head(path).status_code == 200
        assert "Sign in as a…@example.org" in client.get(path).text
    assert ADDRESS not in client.get(path).text
    assert not is_signed_in(client)
    assert client.post(path).status_code == 302


def test_a_used_link_says_so_and_offers_a_new_one(client: FlaskClient, app: Flask, at_now: datetime) -> None:
    make_account()
    path = link(client, "/account")
    assert client.post(path).status_code == 302
    late = app.test_client()
    for answer, status in ((late.get(path), 200), (late.post(path), 422)):
        assert answer.status_code == status
        assert "cannot be used any more" in answer.text
        assert 'href="/sign-in/link?next=/account"' in answer.text
    assert not is_signed_in(late)


def test_the_link_ends_after_twenty_minutes_to_the_second(client: FlaskClient, at_now: datetime) -> None:
    make_account()
    path = link(client)
    with clock.frozen(at_now + timedelta(minutes=20)):
        assert "cannot be used any more" in client.get(path).text
        assert client.post(path).status_code == 422
    with clock.frozen(at_now + timedelta(minutes=20, seconds=-1)):
        assert client.post(path).status_code == 302


def test_asking_again_ends_the_earlier_link(client: FlaskClient, at_now: datetime) -> None:
    make_account()
    first = link(client)
    with clock.frozen(at_now + timedelta(seconds=1)):
        second = link(client)
    assert client.post(first).status_code == 422
    assert client.post(second).status_code == 302


def test_a_new_password_ends_the_link(client: FlaskClient, at_now: datetime) -> None:
    make_account()
    path = link(client)
    with writing() as session:
        person = session.scalars(select(Person)).one()
        services.change_password(session, actor=person, now=at_now, password_hash="another")
    assert client.post(path).status_code == 422


def test_an_address_given_up_meanwhile_signs_nobody_in(client: FlaskClient, at_now: datetime) -> None:
    make_account()
    path = link(client)
    with writing() as session:
        session.scalars(select(Person)).one().email = "new@example.org"
    assert client.post(path).status_code == 422
    assert not is_signed_in(client)


def test_known_and_unknown_addresses_get_the_same_bytes(client: FlaskClient, at_now: datetime) -> None:
    client.get("/sign-in/link")
    unknown = ask(client)
    make_account()
    known = ask(client)
    assert (unknown.status_code, without_tokens(unknown)) == (known.status_code, without_tokens(known))
    assert dict(unknown.headers).keys() == dict(known.headers).keys()
    assert len(mails()) == 1


def test_asking_is_throttled_for_known_and_unknown_alike(client: FlaskClient, at_now: datetime) -> None:
    make_account()
    for email in (ADDRESS, "nobody@example.org"):
        assert [ask(client, email).status_code for _ask in range(11)] == [200] * 10 + [429]


@pytest.mark.parametrize("email", ["", "not an address", "a\u202eb@example.org"])
def test_a_wrong_address_is_answered_beside_its_field(client: FlaskClient, app: Flask, email: str) -> None:
    answer = ask(client, email)
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_a_link_for_another_purpose_is_refused_both_ways(client: FlaskClient, at_now: datetime) -> None:
    make_account(email_verified_at=None)
    secret = link(client).rsplit("/", 1)[-1]
    assert client.post(f"/verify/{secret}").status_code == 422
    assert client.post(f"/reset/{secret}", data={"password": "four entirely new words"}).status_code == 422
    client.post("/forgotten-password", data={"email": ADDRESS})
    reading().rollback()
    reset = reading().scalars(select(Message).where(Message.kind == "account.reset")).one()
    other = re.search(r"/reset/([\w-]+)", reset.text)
    assert other
    assert client.post(f"/sign-in/link/{other.group(1)}").status_code == 422
    assert not is_signed_in(client)
    # Trying a door it does not open has used up neither.
    assert client.post(f"/sign-in/link/{secret}").status_code == 302


def test_the_link_leads_on_to_the_wanted_page(client: FlaskClient, at_now: datetime) -> None:
    make_account()
    wanted = "/library?q=łódź&page=2"
    assert "/sign-in/link?next=/account" in client.get("/sign-in?next=/account").text
    path = link(client, wanted)
    assert path.isascii()
    assert client.post(path).headers["Location"] == "/library?q=%C5%82%C3%B3d%C5%BA&page=2"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil", "/no/such/page", "/a\tb"]
)
def test_the_link_leads_nowhere_else(client: FlaskClient, at_now: datetime, wanted: str) -> None:
    make_account()
    path = link(client, wanted)
    assert "next" not in path
    answer = client.post(path, query_string={"next": wanted})
    assert answer.headers["Location"] == "/applications"


def test_two_presses_at_the_same_moment_sign_in_once(app: Flask, at_now: datetime) -> None:
    make_account()
    client = app.test_client()
    for round_ in range(5):
        with clock.frozen(at_now + timedelta(minutes=2 * round_)):
            secret = link(client).rsplit("/", 1)[-1]
            assert sorted(use_together(app, secret, clock.now())) == ["refused", "signed in"]
    reading().rollback()
    assert reading().scalars(select(MailedLink).where(MailedLink.used_at.is_(None))).all() == []
    assert reading().scalars(select(SignInSession)).all() == []


def use_together(app: Flask, secret: str, now: datetime) -> list[str]:
    """Two connections use the link up at the same moment."""
    ready = threading.Barrier(2)

    def run(_number: int) -> str:
        with app.app_context():
            ready.wait(10)
            try:
                with writing() as session:
                    services.sign_in_by_link(session, now=now, secret=secret)
            except Refused:
                return "refused"
            return "signed in"

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def test_an_address_is_shown_so_that_only_its_owner_knows_it() -> None:
    assert partly_hidden("ada.example@city.example.org") == "a…@city.example.org"
