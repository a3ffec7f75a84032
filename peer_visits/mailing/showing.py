"""The HTML part of a mail, shown in a frame of its page as a mail program would show it."""

from __future__ import annotations

from flask import Response, current_app

from peer_visits.config import Settings

# Its own styles, our pictures, and nothing that acts.
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"


def html_part(html: str) -> Response:
    """The part alone. Its pictures come from here, by whichever address this site is looked at."""
    settings: Settings = current_app.extensions["settings"]
    html = html.replace(f"{settings.public_url}/share/", "/share/")
    headers = {"Content-Security-Policy": _POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return Response(html, headers=headers)
