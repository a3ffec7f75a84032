"""A published PDF read on screen, page by page: the picture of the page, and its text as text."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from peer_visits.files.serving import SANDBOX, current_store
from peer_visits.kernel.errors import NotFound
from peer_visits.library.access import get_published_document
from peer_visits.library.pages import count_pages, find_page
from peer_visits.storage.transaction import reading
from peer_visits.web.pages import Page, requested_page

blueprint = Blueprint("pages", __name__)


@blueprint.get("/library/<slug>/pages")
def page(slug: str) -> ResponseReturnValue:
    """One page of the document; a page past the end is the last one. What was written here is read as a whole."""
    document = get_published_document(reading(), slug)
    if document.is_written:
        return redirect(url_for("printed.read", slug=slug))
    if document.file is None or not document.file.pages:
        raise NotFound
    drawn = count_pages(reading(), document.file.id)
    number = min(requested_page(), max(1, drawn))
    return render_template(
        "library/page.html",
        document=document,
        visit=document.visit,
        shown=find_page(reading(), document.file.id, number),
        page=Page([], number, drawn, size=1),
    )


@blueprint.get("/library/<slug>/pages/<int:number>.jpg")
def picture(slug: str, number: int) -> Response:
    """The picture of a page, drawn here."""
    document = get_published_document(reading(), slug)
    found = find_page(reading(), document.file.id, number) if document.file else None
    if found is None or found.picture_key is None:
        raise NotFound
    response = send_file(
        current_store().open(found.picture_key), mimetype="image/jpeg", conditional=False, etag=False
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
