"""Static files in front of the application, built and compressed beforehand, kept for good by hash."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from whitenoise import WhiteNoise

from peer_visits.paths import ASSETS, STATIC
from peer_visits.web.headers import HEADERS, STRICT_TRANSPORT
from peer_visits.web.manifest import load_manifest

if TYPE_CHECKING:
    from wsgiref.headers import Headers

    from flask import Flask

_HASHED = re.compile(r"-[A-Z0-9]{8}\.[a-z0-9.]+$")


def serve_static(app: Flask, *, https: bool) -> None:
    """Put the static server in front of the application."""

    # The static server answers before the application does, so its files need the headers from here.
    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        if https:
            headers["Strict-Transport-Security"] = STRICT_TRANSPORT

    built = bool(load_manifest())
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC if built else ASSETS),
        prefix="static/",
        autorefresh=not built,
        allow_all_origins=False,
        max_age=300 if built else 0,
        immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
        add_headers_function=add_headers,
    )
