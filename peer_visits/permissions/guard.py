"""Asks the table before any view runs."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, g, redirect, request, url_for

from peer_visits.accounts.current import current_person_or_none
from peer_visits.kernel.errors import Forbidden
from peer_visits.permissions.relations import Relations, find_relations
from peer_visits.permissions.table import RULES
from peer_visits.storage.transaction import reading


class UndeclaredRoute(Exception):
    """A route has no row in the permission table."""


def register_guard(app: Flask) -> None:
    """Put the table in front of every route, and refuse to start without a row for each."""
    missing = {rule.endpoint for rule in app.url_map.iter_rules()} - RULES.keys()
    if missing:
        raise UndeclaredRoute(f"no row in the permission table for: {', '.join(sorted(missing))}")
    app.before_request(_ask)


def current_relations() -> Relations:
    """The roles of whoever asks, found once a request."""
    if "relations" not in g:
        g.relations = find_relations(reading(), current_person_or_none())
    return cast(Relations, g.relations)


def _ask() -> Response | None:
    rule = RULES.get(request.endpoint or "")
    if rule is None or rule.is_public:
        return None  # no rule: no such page, the 404 follows
    if current_person_or_none() is None:
        return cast(Response, redirect(url_for("accounts.sign_in", next=_way_back())))
    if not current_relations().any_of(rule.roles):
        raise Forbidden
    return None


def _way_back() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
