"""The page on which somebody makes, renews and revokes the address of their calendar; and the calendar itself."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.agenda.feeds.queries import find_feed_of, find_owner, read_feed
from peer_visits.agenda.feeds.services import renew_feed, revoke_feed
from peer_visits.agenda.feeds.writing import write_feed
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import Form
from peer_visits.web.limits import limiter
from peer_visits.web.moment import request_time

GUESSES = "20 per minute"  # by network address; a good address is never counted


@blueprint.route("/account/calendar", methods=["GET", "POST"])
def my_calendar() -> ResponseReturnValue:
    """The address is shown once, in the answer that makes it: it is kept nowhere."""
    form, secrets = Form(), list[str]()
    if form.validate_on_submit() and request.form.get("step") == "revoke":
        if form.carry_out(lambda writer: revoke_feed(writer, actor=current_person(), now=request_time())):
            flash(_("The address is revoked: nobody can read your calendar by it any more."))
            return redirect(url_for("agenda.my_calendar"))
    elif form.is_submitted() and not form.errors:
        form.carry_out(
            lambda writer: secrets.append(renew_feed(writer, actor=current_person(), now=request_time()))
        )
    page = render_template(
        "agenda/my_calendar.html",
        form=form,
        address=_address(secrets[-1]) if secrets else "",
        feed=find_feed_of(reading(), current_person().id),
    )
    return page, 422 if form.has_errors else 200


def _address(secret: str) -> str:
    public_url: str = current_app.extensions["settings"].public_url
    return public_url + url_for("agenda.feed", feed_secret=secret)


@blueprint.get("/calendar/<feed_secret>.ics")
def feed(feed_secret: str) -> Response:
    """Somebody's calendar, for whoever knows its address. A guessed or revoked one is nothing at all."""
    found = find_owner(reading(), feed_secret)
    if found is None:
        with limiter.limit(GUESSES):
            return _closed(Response("Not found\n", 404, mimetype="text/plain"))
    person, made = found
    known = read_feed(reading(), person, made.made_at)
    answer = Response(
        write_feed(known, current_app.extensions["settings"].public_url), mimetype="text/calendar"
    )
    answer.last_modified = known.changed_at
    answer.add_etag()
    answer.make_conditional(request)
    answer.headers["Content-Disposition"] = 'inline; filename="peer-visits.ics"'
    return _closed(answer)


def _closed(answer: Response) -> Response:
    """What is for one person alone: no shared cache keeps it, no other site learns where it stands."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
