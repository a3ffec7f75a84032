"""Handing a file out: always as a download, never rendered as part of this site."""

from __future__ import annotations

from io import BytesIO

from flask import Response, current_app, send_file

from peer_visits.config import Settings
from peer_visits.files.inspection import bare_pdf
from peer_visits.files.models import StoredFile
from peer_visits.files.scanning import Scanner
from peer_visits.files.store import FolderStore
from peer_visits.kernel.errors import NotFound

SANDBOX = "sandbox; default-src 'none'"


def current_store() -> FolderStore:
    """The store of this installation."""
    settings: Settings = current_app.extensions["settings"]
    return FolderStore(settings.instance / "uploads")


def current_scanner() -> Scanner | None:
    """The virus scanner of this installation, if it has one."""
    settings: Settings = current_app.extensions["settings"]
    return Scanner(settings.scan_address) if settings.scan_address else None


def send_stored(stored: StoredFile, *, name: str | None = None, public: bool = False) -> Response:
    """The file as an attachment under a safe name, its type as stored, in a sandbox. Raises NotFound."""
    response = send_file(
        current_store().open(stored.key),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=name or stored.name,
        etag=stored.sha256,
        conditional=False,
    )
    response.headers["Content-Length"] = str(stored.size)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "public, max-age=3600" if public else "no-store"
    return response


def send_bare(stored: StoredFile, *, name: str) -> Response:
    """The file without what its writer's program noted in it, such as the author. Raises NotFound.

    Pictures are kept that way already; a PDF's pages are put into a new document, in a limited child.
    """
    if stored.media_type != "application/pdf":
        return send_stored(stored, name=name)
    response = send_file(
        BytesIO(bare_pdf(current_store(), stored.key)),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=name,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


def send_preview(stored: StoredFile, *, public: bool = False) -> Response:
    """The picture that was drawn when the file was taken in, to be shown in a page. Raises NotFound."""
    if stored.preview_key is None:
        raise NotFound
    response = send_file(
        current_store().open(stored.preview_key), mimetype="image/png", conditional=False, etag=False
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = f"{'public' if public else 'private'}, max-age=3600"
    return response
