"""The whole matrix: every route and method, asked by every kind of person, with records that are theirs or not.

Nothing is listed twice: what to expect follows from the permission table, the routes from the application.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.permissions.relations import Role
from peer_visits.permissions.table import RULES, Rule, Scope
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.limits import limiter
from tests.support.apps import sign_in
from tests.support.factories import NOW
from tests.support.world import RELATIONS, World, make_world

SLUG_OF_ROOM = {
    "library": "library",
    "library.reports": "call",
    "library.report": "visit",
    "library.name_author": "visit",
    "library.release_author": "visit",
    "library.set_due": "visit",
    "sharing": "library",
    "printed": "library",
    "pages": "library",
    "site.call": "call",
    "applications": "call",
    "questions": "call",
    "imports": "call",
    "editor.new": "programme",
    "editor.visit": "visit",
    "editor.remove_visit": "visit",
    "editor": "call",
    "organiser.log": "programme",
    "mailing": "programme",
    "groups": "programme",
    "mailing.reminders": "call",
    "organiser": "call",
    "shortlist.conflicts": "call",
    "places": "call",
    "allocation": "call",
    "insight.programme": "programme",
    "insight.programme_csv": "programme",
    "insight.commitments": "programme",
    "insight.commitments_csv": "programme",
    "insight": "call",
    "commitments": "call",
    "certificates.of_call": "call",
    "survey.of_programme": "programme",
    "survey.programme_csv": "programme",
    "privacy": "programme",
    "privacy.limits": "call",
    "patterns": "visit",
}
# One text of mail in one language; one style of citations; one search of the agenda.
WORDS = {"manner": "bibtex", "name": "offer.made", "language": "fi", "kind": "times"}
RELATION_OF_ROLE = {Role.HOST: "host", Role.ORGANISER: "organiser", Role.AUTHOR: "author"}


class Browser:
    """A client that comes with the same cookie each time, whatever the last answer did to it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        cookie = client.get_cookie("session")
        self.cookie = cookie.value if cookie else None

    def open(self, path: str, method: str) -> TestResponse:
        if self.cookie is None:
            self.client.delete_cookie("session")
        else:
            self.client.set_cookie("session", self.cookie)
        return self.client.open(path, method=method)


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, dict[str, Browser]]]:
    """The world and a signed-in client for each relation. What a request writes is undone again."""
    monkeypatch.setattr(limiter, "enabled", False)
    with clock.frozen(NOW):
        with writing() as session:
            made = make_world(session)
        browsers = {"visitor": Browser(app.test_client())}
        for name, person_id in made.people.items():
            browsers[name] = Browser(sign_in(app.test_client(), reading().get_one(Person, person_id)))
        monkeypatch.setattr(Session, "commit", Session.rollback)
        yield made, browsers


def routes(app: Flask) -> list[tuple[Route, str]]:
    """Every route with each of its methods."""
    return [
        (route, method)
        for route in app.url_map.iter_rules()
        for method in sorted((route.methods or set()) & {"GET", "POST"})
    ]


def address(app: Flask, route: Route, world: World, *, missing: bool = False) -> str:
    """The address of a route for the world's own records, or for records that do not exist."""
    values = {name: _value(route.endpoint, name, world, missing) for name in route.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(route.endpoint, values))


def _value(endpoint: str, name: str, world: World, missing: bool) -> object:
    if name == "slug":
        room = endpoint.split(".", maxsplit=1)[0]
        return (
            "no-such-thing"
            if missing
            else world.records[SLUG_OF_ROOM.get(endpoint, SLUG_OF_ROOM.get(room, "visit"))]
        )
    if name == "action":
        return "hold"
    if name in {"number", "other"}:
        return 1
    if name in WORDS:
        return "no-such-thing" if missing else WORDS[name]
    if name == "secret":
        return "no-such-secret"
    return uuid.uuid4() if missing else world.records[name]


def may(rule: Rule, who: str, route: Route) -> bool:
    """What the table says about this relation to the world's records."""
    roles, relation = RELATIONS[who]
    held = rule.roles & roles
    if not held or rule.scope is Scope.NONE:
        return bool(held)
    if rule.scope is Scope.OWN:
        return relation == "owner" or not _is_about_a_record(route)
    if not route.arguments:
        return True
    return any(RELATION_OF_ROLE.get(role) == relation for role in held)


def _is_about_a_record(route: Route) -> bool:
    return bool(route.arguments & {"application_id", "attachment_id", "place_id"})


def outcome(response: TestResponse) -> str:
    """What an answer comes down to."""
    if response.status_code >= 500:
        return "broken"
    if response.status_code == 401:
        return "asked to sign in"  # on the spot, since what was posted would be lost on the way
    if response.status_code == 302 and "/sign-in" in response.headers["Location"]:
        return "asked to sign in"
    return "refused" if response.status_code in {403, 404} else "let in"


def ask(client: Browser, method: str, path: str) -> str:
    return outcome(client.open(path, method))


def test_every_route_answers_every_relation_as_the_table_says(
    app: Flask, world: tuple[World, dict[str, Browser]]
) -> None:
    """A GET that would write is found as well: the database refuses it, and the answer is broken."""
    made, clients = world
    wrong, cells = [], 0
    for route, method in routes(app):
        rule, path = RULES[route.endpoint], address(app, route, made)
        for who, client in clients.items():
            cells += 1
            found, expected = ask(client, method, path), _expected(rule, who, route)
            if found != expected:
                wrong.append(f"{method} {path} ({route.endpoint}) as {who}: {found}, not {expected}")
    assert wrong == []
    assert cells >= len(RULES) * len(RELATIONS) - len(RELATIONS)


def _expected(rule: Rule, who: str, route: Route) -> str:
    if may(rule, who, route):
        return "let in"
    return "asked to sign in" if who == "visitor" else "refused"


def test_what_is_not_yours_looks_like_what_does_not_exist(
    app: Flask, world: tuple[World, dict[str, Browser]]
) -> None:
    made, clients = world
    told_apart = []
    for route, method in routes(app):
        rule = RULES[route.endpoint]
        if rule.is_public or not route.arguments:
            continue
        for who, client in clients.items():
            if who == "visitor" or may(rule, who, route) or not rule.roles & RELATIONS[who][0]:
                continue
            theirs = client.open(address(app, route, made), method=method)
            nothing = client.open(address(app, route, made, missing=True), method=method)
            if (theirs.status_code, _plain(theirs)) != (
                nothing.status_code,
                _plain(nothing),
            ):
                told_apart.append(
                    f"{method} {route.rule} as {who}: {theirs.status_code} / {nothing.status_code}"
                )
    assert told_apart == []


def _plain(answer: TestResponse) -> str:
    """The page without what differs by the second or by the address that was asked for."""
    text = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", answer.text)
    return text.replace(answer.request.path, "X")


def test_other_methods_are_refused(app: Flask, client: FlaskClient) -> None:
    allowed = [
        (route.rule, method)
        for route in app.url_map.iter_rules()
        for method in ("PUT", "PATCH", "DELETE", "TRACE")
        if method in (route.methods or set())
    ]
    assert allowed == []
