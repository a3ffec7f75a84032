"""Every route of the application, its address for the records of a small world, and who may open it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from peer_visits.permissions.relations import Role
from peer_visits.permissions.table import Rule, Scope
from tests.support.world import RELATIONS, World

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

    def open(self, path: str, method: str, **sent: Any) -> TestResponse:
        """Ask for a page, or send something."""
        if self.cookie is None:
            self.client.delete_cookie("session")
        else:
            self.client.set_cookie("session", self.cookie)
        return self.client.open(path, method=method, **sent)


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
