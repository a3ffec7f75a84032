"""The HTML part of a mail, shown in a frame of its page as a mail program would show it."""

from __future__ import annotations

from flask import Response

# Its own styles, our pictures, and nothing that acts.
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"


def html_part(html: str) -> Response:
    """The part alone."""
    headers = {"Content-Security-Policy": _POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return Response(html, headers=headers)
