"""Error pages, and what the product's own exceptions become. A form without its token is judged by the guard."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from peer_visits.kernel.errors import Forbidden, NotFound, Refused
from peer_visits.web.formats import say

_PAGES = {403, 404, 405, 413, 429, 500, 503}


def register_errors(app: Flask) -> None:
    """Attach a page to every error."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, lambda _error: error_page(HTTPStatus.NOT_FOUND))
    app.register_error_handler(Forbidden, lambda _error: error_page(HTTPStatus.FORBIDDEN))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int) -> tuple[str, int]:
    """The page for a status, or the plain one for a status without its own."""
    page = status if status in _PAGES else (404 if status < 500 else 500)
    return render_template(f"errors/{page}.html"), status


def _http_error(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
    if isinstance(error, SecurityError):
        # Asked under a name that is not ours: no page can be drawn, since its links would carry that name.
        return Response("Bad request: unknown host name.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain")
    status = error.code or 500
    if status < 400:
        return error
    response = Response(error_page(status)[0], status)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _refused(refusal: Refused) -> tuple[str, int]:
    """A refusal no form caught: said on a page of its own, with the way back."""
    return render_template("errors/409.html", reason=say(refusal.reason)), HTTPStatus.CONFLICT


def _unexpected(error: Exception) -> tuple[str, int]:
    current_app.logger.error("unexpected error on %s %s", request.method, request.path, exc_info=error)
    return error_page(HTTPStatus.INTERNAL_SERVER_ERROR)
