"""The organiser adds guests of the host, fellow hosts and speakers."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.places.forms import mark_form
from peer_visits.places.services.marking import Guest, mark_place
from peer_visits.places.states import PlaceKind
from peer_visits.places.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_organiser
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/organise/calls/<slug>/places/add", methods=["GET", "POST"])
def mark(slug: str) -> ResponseReturnValue:
    """Put somebody on a visit's list outside its capacity."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    visits = [(one.slug, f"{one.place}: {one.title}") for one in list_visits_of_call(reading(), call.id)]
    form = mark_form(visits, visit=request.args.get("visit"))
    if form.validate_on_submit():
        guest = Guest(typed(form.email), typed(form.name), typed(form.organisation), typed(form.country))
        command = partial(
            mark_place,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_organiser(reading(), current_person(), typed(form.visit)),
            kind=PlaceKind(typed(form.kind)),
            guest=guest,
        )
        if form.carry_out(command):
            flash(_("%(name)s is on the list and is told by mail.", name=guest.name))
            return redirect(url_for("places.of_call", slug=slug, visit=typed(form.visit)))
    call = get_call_for_organiser(reading(), current_person(), slug)
    page = render_template("places/mark.html", call=call, form=form)
    return page, 422 if form.has_errors else 200
