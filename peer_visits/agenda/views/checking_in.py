"""A participant's own page on the day: what is on, where they were, and the field for the code of a session."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.accounts.throttle import TooManyAttempts, count_attempt
from peer_visits.agenda.presence import is_open
from peer_visits.agenda.queries.attendance import list_held, list_own
from peer_visits.agenda.queries.late import list_late_changes
from peer_visits.agenda.releases import Item
from peer_visits.agenda.services.attendance import check_in as check_in_by_code
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.places.access import get_own_place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.forms import Form, line, typed
from peer_visits.web.moment import request_time


class CodeForm(Form):
    """The code that the host shows in the room."""

    code = line(
        _l("Code of the session"),
        limit=20,
        description=_l(
            "Six digits, shown by the host. They count from 15 minutes before the session to its end."
        ),
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


@blueprint.route("/places/<uuid:place_id>/check-in", methods=["GET", "POST"])
def check_in(place_id: uuid.UUID) -> ResponseReturnValue:
    """Check in at a session by its code."""
    form = CodeForm()
    get_own_place(reading(), current_person(), place_id, now=request_time())
    if form.validate_on_submit():
        found: list[Item] = []
        if _count(form) and form.carry_out(lambda writer: found.append(_check_in(writer, place_id, form))):
            flash(_("You are checked in: %(title)s.", title=found[0]["title"]))
            return redirect(url_for("agenda.check_in", place_id=place_id))
    return _page(place_id, form)


def _count(form: CodeForm) -> bool:
    """Whether they may try once more. People in one room share a network address, so only the account counts."""
    try:
        with writing() as writer:
            person = current_person()
            count_attempt(
                writer, purpose="check-in", email=person.email, network=str(person.id), now=request_time()
            )
    except TooManyAttempts:
        form.code.errors = [_("Too many tries. Wait a minute, then type the code once more.")]
        return False
    return True


def _check_in(writer: Session, place_id: uuid.UUID, form: CodeForm) -> Item:
    place = get_own_place(writer, current_person(), place_id, now=request_time())
    return check_in_by_code(
        writer, actor=current_person(), now=request_time(), place=place, code=typed(form.code)
    )


def _page(place_id: uuid.UUID, form: CodeForm) -> ResponseReturnValue:
    now = request_time()
    place = get_own_place(reading(), current_person(), place_id, now=now)
    held = list_held(reading(), place.visit_id)
    page = render_template(
        "agenda/check_in.html",
        place=place,
        visit=place.visit,
        form=form,
        comes=place.state is PlaceState.ACCEPTED,
        sessions=held,
        now_on=[one for one in held if is_open(one["starts_at"], one["ends_at"], now)],
        own=list_own(reading(), place),
        late=list_late_changes(reading(), place.visit_id, now),
    )
    return page, 422 if form.is_submitted() else 200
