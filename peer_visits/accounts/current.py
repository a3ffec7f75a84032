"""Who asks: the person behind the cookie's session, looked up once a request."""

from __future__ import annotations

from typing import cast

from flask import Flask, session
from flask_login import LoginManager, current_user

from peer_visits.accounts.models import Person
from peer_visits.accounts.sessions import find_session_person
from peer_visits.kernel.errors import Forbidden
from peer_visits.storage.transaction import reading
from peer_visits.web.moment import request_time

SECRET = "sid"  # noqa: S105  (the name of the cookie's entry, not a secret)


def register_current_person(app: Flask) -> None:
    """Tell Flask-Login how to find who asks. The id in the cookie is only a claim; the row decides."""
    manager = LoginManager(app)
    manager.session_protection = None  # the session record on the server does this

    def load(claimed_id: str) -> Person | None:
        person = find_session_person(reading(), session.get(SECRET, ""), now=request_time())
        return person if person and str(person.id) == claimed_id else None

    manager.user_loader(load)


def current_person() -> Person:
    """The signed-in person. Raises Forbidden if there is none: the guard should have asked before."""
    if not current_user.is_authenticated:
        raise Forbidden
    return cast(Person, current_user._get_current_object())


def current_person_or_none() -> Person | None:
    """The signed-in person, or nobody."""
    return current_person() if current_user.is_authenticated else None
