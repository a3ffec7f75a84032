"""Where to go after signing in: only ever to a page of ours."""

from __future__ import annotations

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

_LONGEST = 2000


def way_on(wanted: str | None) -> str:
    """The wanted path if it is a page of ours, else the person's applications."""
    return wanted if wanted and takes(wanted, "GET") else url_for("applications.mine")


def takes(wanted: str, method: str) -> bool:
    """Whether the path is one of ours and answers this method."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return False
    try:
        current_app.url_map.bind("").match(wanted.split("?", maxsplit=1)[0], method=method)
    except (HTTPException, RequestRedirect):
        return False
    return True


def wanted_page() -> str:
    """The page of ours this request names as `next`, or nothing; short enough to stand in a mail."""
    wanted = request.args.get("next", "")
    return wanted if len(wanted) <= _LONGEST and takes(wanted, "GET") else ""


def this_path() -> str:
    """The path that was asked for, with its query."""
    return request.full_path.rstrip("?")
