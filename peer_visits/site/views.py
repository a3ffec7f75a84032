"""Public pages: home, calls, visits, and what browsers and search engines ask for."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peer_visits.allocation.services.lottery import find_lottery
from peer_visits.calls.rules import phase, read_promise
from peer_visits.config import Settings
from peer_visits.site.linked_data import visit_event
from peer_visits.site.queries import (
    find_front_call,
    get_public_call,
    get_public_visit,
    list_addresses,
    list_calls,
    list_latest_reports,
    list_visits,
    list_visits_of,
)
from peer_visits.storage.transaction import reading
from peer_visits.web.manifest import asset_url
from peer_visits.web.moment import request_time

blueprint = Blueprint("site", __name__)

THEMES = frozenset({"light", "dark"})
STATIC_PAGES = (
    "site.home",
    "site.calls",
    "site.visits",
    "library.index",
    "site.accessibility",
    "site.privacy",
)
ONE_YEAR = 365 * 24 * 3600


@blueprint.get("/")
def home() -> str:
    """The current call with its visits, and the latest reports."""
    session = reading()
    call = find_front_call(session, request_time())
    return render_template(
        "site/home.html",
        call=call,
        phase=phase(call, request_time()) if call else None,
        visits=list_visits_of(session, call) if call else [],
        reports=list_latest_reports(session),
    )


@blueprint.get("/calls")
def calls() -> str:
    """Every call, the latest first."""
    now = request_time()
    overviews = [(one, phase(one.call, now)) for one in list_calls(reading())]
    return render_template("site/calls.html", overviews=overviews)


@blueprint.get("/calls/<slug>")
def call(slug: str) -> str:
    """One call: its window, its rules, its visits."""
    found = get_public_call(reading(), slug)
    return render_template(
        "site/call.html",
        call=found,
        phase=phase(found, request_time()),
        promise=read_promise(found, request_time()),
        visits=list_visits_of(reading(), found),
        lottery=find_lottery(reading(), found.id),
    )


@blueprint.get("/visits")
def visits() -> str:
    """Every visit, by call."""
    return render_template("site/visits.html", visits=list_visits(reading()))


@blueprint.get("/visits/<slug>")
def visit(slug: str) -> str:
    """One visit, with how sure its dates are and where that is from."""
    page = get_public_visit(reading(), slug)
    url = _public(url_for("site.visit", slug=slug))
    picture = _public(url_for("patterns.share", slug=slug))
    return render_template(
        "site/visit.html",
        page=page,
        visit=page.visit,
        phase=phase(page.visit.call, request_time()),
        linked_data=visit_event(page.visit, url, picture),
    )


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("site/accessibility.html")


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept about people, why, and for how long."""
    return render_template("site/privacy.html")


@blueprint.post("/theme")
def theme() -> ResponseReturnValue:
    """Keep the reader's choice of colours in a cookie of its own."""
    response = make_response(redirect(_own_path(request.form.get("next", ""))))
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        secure = _settings().is_https
        response.set_cookie("theme", chosen, max_age=ONE_YEAR, samesite="Lax", secure=secure, httponly=True)
    else:
        response.delete_cookie("theme")
    return response


def _own_path(address: str) -> str:
    """The path if it is one of ours; anything that could lead elsewhere is the home page."""
    parts = urlsplit(address)
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if is_ours and address.isprintable() else url_for("site.home")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page."""
    pages = [url_for(endpoint) for endpoint in STATIC_PAGES]
    for endpoint, slugs in list_addresses(reading()).items():
        pages += [url_for(endpoint, slug=slug) for slug in slugs]
    body = render_template("site/sitemap.xml", addresses=[_public(page) for page in pages])
    return _text(body, "application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read: the public pages. Desks answer 404 or ask to sign in anyway."""
    lines = [
        "User-agent: *",
        "Disallow: /dev/",
        "Disallow: /sign-in",
        f"Sitemap: {_public('/sitemap.xml')}",
        "",
    ]
    return _text("\n".join(lines), "text/plain")


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = (request_time() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{_settings().security_contact}",
        f"Expires: {expires}",
        "Preferred-Languages: en",
        f"Canonical: {_public('/.well-known/security.txt')}",
        "",
    ]
    return _text("\n".join(lines), "text/plain")


@blueprint.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """For browsers that ask without reading the page."""
    return redirect(asset_url("favicon.svg"), 301)


def _text(body: str, kind: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _public(path: str) -> str:
    return _settings().public_url + path


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
