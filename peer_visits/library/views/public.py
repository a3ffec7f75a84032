"""The public library: the shelf, each document with what is known of it, and its file."""

from __future__ import annotations

from flask import Response, current_app, render_template, request, url_for

from peer_visits.config import Settings
from peer_visits.files.serving import send_preview, send_stored
from peer_visits.kernel.errors import NotFound
from peer_visits.kernel.text import clean_line
from peer_visits.library.access import get_edition, get_published_document
from peer_visits.library.browsing import Asked, count_downloads, find_shelf, list_editions, list_related
from peer_visits.library.citing import LICENCE_ADDRESSES, citation, report_data
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.services import count_download
from peer_visits.library.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.states import HostKind
from peer_visits.web.moment import request_time
from peer_visits.web.pages import requested_page


@blueprint.get("/library")
def index() -> str:
    """Every published document, the oldest call first and in its own order; or what was searched for."""
    asked = _asked()
    shelf = find_shelf(reading(), asked, requested_page())
    return render_template("library/index.html", asked=asked, shelf=shelf, page=shelf.page)


def _asked() -> Asked:
    return Asked(
        words=_line("q", 200),
        topic=_line("topic", 80),
        country=_code("country", 2),
        year=_asked_year(),
        kind=_kind(),
        language=_code("language", 8),
        programme=_line("programme", 80),
    )


def _line(name: str, most: int) -> str:
    return clean_line(request.args.get(name, "").replace("\x00", ""))[:most]


def _code(name: str, most: int) -> str:
    code = request.args.get(name, "")
    return code if 2 <= len(code) <= most and code.isascii() and code.isalpha() else ""


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in set(HostKind) else ""


def _asked_year() -> int | None:
    year = request.args.get("year", 0, type=int)
    return year if 1 <= year <= 9999 else None


@blueprint.get("/library/<slug>")
def entry(slug: str) -> str:
    """One document: where it comes from, how to cite it, its editions, and its download."""
    document = get_published_document(reading(), slug)
    return render_template(
        "library/entry.html",
        document=document,
        visit=document.visit,
        citation=citation(document),
        licence_addresses=LICENCE_ADDRESSES,
        linked_data=_linked_data(document),
        editions=list_editions(reading(), document.visit_id),
        related=list_related(reading(), document),
        downloads=count_downloads(reading(), document.visit_id),
    )


def _linked_data(document: AnalyticalDocument) -> dict[str, object]:
    settings: Settings = current_app.extensions["settings"]
    entry_path = url_for("library.entry", slug=document.slug)
    picture_path = url_for("patterns.share", slug=document.visit.slug)
    return report_data(document, settings.public_url + entry_path, settings.public_url + picture_path)


@blueprint.get("/library/<slug>/download")
def download(slug: str) -> Response:
    """The published file."""
    return _send(get_published_document(reading(), slug), f"{slug}.pdf")


@blueprint.get("/library/<slug>/editions/<int:number>")
def edition(slug: str, number: int) -> Response:
    """The file of an edition, also of one that a later one has taken the place of."""
    return _send(get_edition(reading(), slug, number), f"{slug}-{number}.pdf")


def _send(document: AnalyticalDocument, name: str) -> Response:
    """The file. It is counted, in a transaction of its own that may be lost with the machine."""
    if document.file is None:
        raise NotFound
    response = send_stored(document.file, name=name, public=True)
    if request.method == "GET":
        with writing(relaxed=True) as session:
            count_download(session, document.id, request_time().date())
    return response


@blueprint.get("/library/<slug>/cover")
def cover(slug: str) -> Response:
    """The first page of the published file, as it was drawn when the file was taken in."""
    document = get_published_document(reading(), slug)
    if document.file is None:
        raise NotFound
    return send_preview(document.file, public=True)
