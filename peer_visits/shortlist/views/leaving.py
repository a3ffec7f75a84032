"""What somebody sees who was taken off a team while writing: a clear word, and what they had typed."""

from __future__ import annotations

from http import HTTPStatus

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person_or_none
from peer_visits.kernel.errors import NotFound
from peer_visits.shortlist.queries.team import was_member
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.web.errors import error_page

# Parts of a form that nobody has typed.
_NOT_TYPED = frozenset({"csrf_token", "version", "action"})


@blueprint.errorhandler(NotFound)
def not_found(_error: NotFound) -> ResponseReturnValue:
    """404 for everybody but who was in this team a moment ago and sends something."""
    person, slug = current_person_or_none(), str((request.view_args or {}).get("slug", ""))
    if request.method != "POST" or person is None or not was_member(reading(), person, slug):
        return error_page(HTTPStatus.NOT_FOUND)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=_("You are not in this host team any more.")), HTTPStatus.FORBIDDEN
    texts = [value for name, value in request.form.items() if name not in _NOT_TYPED and len(value) > 5]
    return render_template("shortlist/no_longer.html", texts=texts), HTTPStatus.FORBIDDEN
