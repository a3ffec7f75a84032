"""Rooms, hours of the board, and ways between places."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.agenda.forms_people import HoursForm, hours_form, minutes_of, rooms_form
from peer_visits.agenda.queries.sessions import list_rooms
from peer_visits.agenda.services.plan import find_plan, set_hours
from peer_visits.agenda.services.rooms import save_rooms
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.moment import request_time


@blueprint.route("/agenda/<slug>/rooms", methods=["GET", "POST"])
def rooms(slug: str) -> ResponseReturnValue:
    """Rooms with what they hold and where they are."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = rooms_form(list_rooms(reading(), visit.id))
    if form.validate_on_submit() and form.carry_out(
        lambda session: save_rooms(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_editor(session, current_person(), slug),
            contents=form.contents(),
        )
    ):
        flash(_("The rooms are saved."))
        return redirect(url_for("agenda.rooms", slug=slug))
    page = render_template("agenda/rooms.html", visit=visit, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/agenda/<slug>/hours", methods=["GET", "POST"])
def hours(slug: str) -> ResponseReturnValue:
    """Which hours the board shows, and how long the ways between places take."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = hours_form(find_plan(reading(), visit), _places(visit))
    if form.validate_on_submit() and form.carry_out(lambda session: _set(session, slug, form)):
        flash(_("Hours and ways are saved."))
        return redirect(url_for("agenda.edit", slug=slug))
    page = render_template("agenda/hours.html", visit=visit, form=form)
    return page, 422 if form.is_submitted() else 200


def _places(visit: Visit) -> list[str]:
    return sorted({room.place for room in list_rooms(reading(), visit.id) if room.place})


def _set(session: Session, slug: str, form: HoursForm) -> None:
    assert form.opens.data  # noqa: S101 - the form requires both
    assert form.closes.data  # noqa: S101
    set_hours(
        session,
        actor=current_person(),
        now=request_time(),
        visit=get_visit_for_editor(session, current_person(), slug),
        opens=minutes_of(form.opens.data),
        closes=minutes_of(form.closes.data),
        travel_minutes=int(form.travel_minutes.data or 0),
        travel=form.travel(),
    )
