"""The library for programs: citations, the Atom feed, and OAI-PMH for aggregators."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from peer_visits.config import Settings
from peer_visits.kernel.errors import NotFound
from peer_visits.library.access import get_published_document
from peer_visits.library.describing import STYLES, atom_feed
from peer_visits.library.harvesting.answering import answer
from peer_visits.library.harvesting.records import Repository
from peer_visits.library.queries import list_latest
from peer_visits.storage.transaction import reading
from peer_visits.web.moment import request_time

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/library/<slug>/cite/<manner>")
def cite(slug: str, manner: str) -> Response:
    """The document as a reference manager reads it."""
    document = get_published_document(reading(), slug)
    if manner not in STYLES:
        raise NotFound
    chosen = STYLES[manner]
    text = chosen.write(document, _settings().public_url + url_for("library.entry", slug=slug))
    response = Response(text, content_type=f"{chosen.media_type}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{slug}.{chosen.suffix}")
    return response


@blueprint.get("/library/feeds")
def feeds() -> str:
    """In words and to copy: where the library can be followed, harvested and cited from."""
    return render_template(
        "library/feeds.html", latest=list_latest(reading(), 5), site=_settings().public_url
    )


@blueprint.get("/library/feed.atom")
def atom() -> Response:
    """What was published last."""
    feed = atom_feed(
        list_latest(reading()),
        title=_("Library of analytical documents"),
        site=_settings().public_url,
        feed_path=url_for("sharing.atom"),
        now=request_time(),
    )
    return Response(feed, content_type="application/atom+xml; charset=utf-8")


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> Response:
    """OAI-PMH, by either method; both only read."""
    sent = request.args if request.method == "GET" else request.form
    settings = _settings()
    repository = Repository(
        _("Library of analytical documents"), settings.public_url, settings.host, settings.security_contact
    )
    text = answer(reading(), repository, list(sent.items(multi=True)), request_time())
    return Response(text, content_type="text/xml; charset=utf-8")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
