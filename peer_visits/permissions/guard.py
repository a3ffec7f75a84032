"""Asks the table before any view runs, and says what becomes of a form without its token."""

from __future__ import annotations

import hmac
from typing import cast

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from peer_visits.accounts.again import ask_to_sign_in, expired_form
from peer_visits.accounts.current import current_person_or_none
from peer_visits.accounts.kept import is_from_this_site
from peer_visits.kernel.errors import Forbidden
from peer_visits.permissions.relations import Relations, find_relations
from peer_visits.permissions.table import BY_TOKEN, RULES
from peer_visits.storage.transaction import reading


class UndeclaredRoute(Exception):
    """A route has no row in the permission table."""


def register_guard(app: Flask) -> None:
    """Put the table in front of every route, and refuse to start without a row for each."""
    missing = {rule.endpoint for rule in app.url_map.iter_rules()} - RULES.keys()
    if missing:
        raise UndeclaredRoute(f"no row in the permission table for: {', '.join(sorted(missing))}")
    app.before_request(_ask)
    app.register_error_handler(CSRFError, _without_token)


def current_relations() -> Relations:
    """The roles of whoever asks, found once a request."""
    if "relations" not in g:
        g.relations = find_relations(reading(), current_person_or_none())
    return cast(Relations, g.relations)


def _ask() -> ResponseReturnValue | None:
    rule = RULES.get(request.endpoint or "")
    if rule is None or rule.is_public:
        return None  # no rule: no such page, the 404 follows
    if request.endpoint in BY_TOKEN and _has_token():
        return None
    if current_person_or_none() is None:
        # The token was asked before this: the form is one of ours, only the session has ended.
        return ask_to_sign_in(is_ours=True)
    if not current_relations().any_of(rule.roles):
        raise Forbidden
    return None


def _has_token() -> bool:
    token: str = current_app.extensions["settings"].metrics_token
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(sent.encode(), token.encode())


def _without_token(_error: CSRFError) -> ResponseReturnValue:
    """The token goes with the session. Whoever lost both needs to sign in, not to hear of tokens."""
    rule = RULES.get(request.endpoint or "")
    if rule and not rule.is_public and current_person_or_none() is None:
        return ask_to_sign_in(is_ours=is_from_this_site())
    return expired_form()
