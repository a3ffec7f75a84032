"""The menus, drawn from the permission table: an entry is shown to whoever may follow it."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _l

from peer_visits.config import Settings
from peer_visits.permissions.guard import current_relations
from peer_visits.permissions.table import RULES
from peer_visits.web.moment import request_time

MAIN = (
    ("site.visits", _l("Visits")),
    ("site.calls", _l("Open calls")),
    ("library.index", _l("Library")),
)
DESKS = (
    ("applications.mine", _l("My applications")),
    ("shortlist.desk", _l("Host desk")),
    ("library.mine", _l("Documents")),
    ("organiser.home", _l("Organise")),
    ("roles.index", _l("Roles")),
)
# Pages, and rooms without an entry of their own, that belong under another room's.
UNDER = {
    **dict.fromkeys(("writing", "printed", "pages", "sharing"), "library"),
    **dict.fromkeys(("library.report", "library.reports", "library.set_due"), "organiser"),
    **dict.fromkeys(("library.name_author", "library.release_author", "reports"), "organiser"),
    **dict.fromkeys(
        ("editor", "imports", "questions", "allocation", "insight", "mailing", "groups"), "organiser"
    ),
    **dict.fromkeys(("places.decide", "places.of_call", "places.mark", "places.waiting"), "organiser"),
    **dict.fromkeys(("places.withdraw_offer", "places.cancel", "applications.form_preview"), "organiser"),
    **dict.fromkeys(("certificates.of_call", "commitments.of_call", "survey.of_programme"), "organiser"),
    **dict.fromkeys(("privacy.limits", "privacy.processing", "shortlist.conflicts"), "organiser"),
    **dict.fromkeys(("places", "commitments", "agenda.my_calendar", "agenda.now"), "applications"),
    **dict.fromkeys(("agenda", "suggesting", "certificates.of_visit", "survey.of_visit"), "shortlist"),
}
ACCOUNT = (("accounts.profile", _l("My account")),)

THEMES = frozenset({"light", "dark"})


def register_navigation(app: Flask, settings: Settings) -> None:
    """Give every template the frame of its page."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "nav": _entries(MAIN),
            "desk_nav": _allowed(DESKS),
            "account_nav": _allowed(ACCOUNT),
            "theme": _theme(),
            "product_name": "Peer Visits",
            "demo_mode": settings.demo,
            "public_url": settings.public_url,
            "now": request_time(),
        }


def _theme() -> str | None:
    chosen = request.cookies.get("theme")
    return chosen if chosen in THEMES else None


def _allowed(entries: tuple[tuple[str, Any], ...]) -> list[dict[str, Any]]:
    relations = current_relations()
    return _entries(
        tuple((endpoint, label) for endpoint, label in entries if relations.any_of(RULES[endpoint].roles))
    )


def _entries(entries: tuple[tuple[str, Any], ...]) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url_for(endpoint), "current": _is_current(endpoint)}
        for endpoint, label in entries
    ]


def _is_current(endpoint: str) -> bool:
    """Whether this page is the entry's own, or one of its room: public pages and desks apart."""
    here = request.endpoint or ""
    if here == endpoint or here not in RULES:
        return here == endpoint
    room = endpoint.split(".", maxsplit=1)[0]
    is_alike = RULES[here].is_public == RULES[endpoint].is_public
    return room != "site" and _room_of(here) == room and is_alike


def _room_of(here: str) -> str:
    return UNDER.get(here) or UNDER.get(room := here.split(".", maxsplit=1)[0]) or room
