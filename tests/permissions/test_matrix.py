"""The whole matrix: every route and method, asked by every kind of person, with records that are theirs or not.

Nothing is listed twice: what to expect follows from the permission table, the routes from the application.
"""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from peer_visits.permissions.table import RULES, Rule
from tests.support.routes import Browser, address, may, routes
from tests.support.world import RELATIONS, World


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
