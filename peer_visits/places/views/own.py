"""Pages about places: the person's offer, by its mail's link too, and what they hold."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.accounts.models import Person
from peer_visits.applications.access import get_application_for_applicant
from peer_visits.kernel.text import clean_line
from peer_visits.places.access import get_linked_place, get_own_place
from peer_visits.places.forms import AnswerForm, GiveUpForm, PartingForm
from peer_visits.places.models import Place
from peer_visits.places.own_outcomes import own_outcomes
from peer_visits.places.rules import is_in_time, is_past
from peer_visits.places.services.answering import accept_offer, decline_offer, give_up_place
from peer_visits.places.services.withdrawing import withdraw_application as withdraw_with_places
from peer_visits.places.states import PlaceState
from peer_visits.places.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.queries import list_host_team
from peer_visits.web.moment import request_time


@blueprint.app_context_processor
def outcomes() -> dict[str, object]:
    """What other rooms' pages ask about the signed-in person's applications."""
    return {"own_outcomes": own_outcomes}


@blueprint.route("/places/<uuid:place_id>")
def show(place_id: uuid.UUID) -> ResponseReturnValue:
    """An offer with its two answers, or what has become of it."""
    return _own_page(place_id, AnswerForm(formdata=None))


@blueprint.route("/places/<uuid:place_id>/answer", methods=["POST"])
def answer(place_id: uuid.UUID) -> ResponseReturnValue:
    """Yes or no."""
    place, form = _own(place_id), AnswerForm()
    if _answered(place, form, current_person()):
        return redirect(url_for("places.show", place_id=place_id))
    return _own_page(place_id, form)


@blueprint.route("/offers/<secret>", methods=["GET", "POST"])
def answer_by_link(secret: str) -> ResponseReturnValue:
    """The offer of a mail. Opening it shows it, as a mail scanner does; only a button answers. No sign-in."""
    form, place = AnswerForm(), _linked(secret)
    if place and form.is_submitted() and _answered(place, form, place.person):
        return redirect(url_for("places.answer_by_link", secret=secret))
    place = _linked(secret)
    if place:
        form.begin_with(place)
    page = render_template(
        "places/offer.html",
        place=place,
        form=form,
        action=request.path,
        zone=place.person.time_zone if place else "",
        **(_shown(place) if place else {}),
    )
    return page, 422 if form.is_submitted() else 200


def _linked(secret: str) -> Place | None:
    links = current_app.extensions["session_info"]["answer_links"]
    return get_linked_place(reading(), links.read(secret), now=request_time())


def _answered(place: Place, form: AnswerForm, person: Person) -> bool:
    """Carry the answer out, if it is one; a refusal stays in the form."""
    if form.accepts is None:
        abort(400)
    command = partial(
        accept_offer if form.accepts else partial(decline_offer, parting=form.parting()),
        actor=person,
        now=request_time(),
        place_id=place.id,
        expected_version=form.expected_version,
    )
    if not (form.validate_on_submit() and form.carry_out(command)):
        return False
    flash(_("The place is yours.") if form.accepts else _("You have declined the place."))
    return True


@blueprint.route("/places/<uuid:place_id>/give-up", methods=["POST"])
def give_up(place_id: uuid.UUID) -> ResponseReturnValue:
    """Give an accepted place back."""
    place, form = _own(place_id), GiveUpForm()
    command = partial(
        give_up_place,
        actor=current_person(),
        now=request_time(),
        place_id=place.id,
        expected_version=form.expected_version,
        parting=form.parting(),
    )
    if form.validate_on_submit() and form.carry_out(command):
        flash(_("You have given the place up. Thank you for telling us."))
        return redirect(url_for("places.show", place_id=place_id))
    return _own_page(place_id, form)


@blueprint.post("/applications/<uuid:application_id>/withdraw")
def withdraw_application(application_id: uuid.UUID) -> ResponseReturnValue:
    """Take the application back, and with it whatever the person holds."""
    with writing() as session:
        person = current_person()
        application = get_application_for_applicant(session, person, application_id)
        reason = clean_line(request.form.get("reason", "").replace("\x00", ""))[:500]
        withdraw_with_places(
            session, actor=person, now=request_time(), application=application, reason=reason
        )
    flash(_("Your application is withdrawn."))
    return redirect(url_for("applications.show", application_id=application_id))


def _own(place_id: uuid.UUID) -> Place:
    return get_own_place(reading(), current_person(), place_id, now=request_time())


def _own_page(place_id: uuid.UUID, form: PartingForm) -> ResponseReturnValue:
    """The place as it is now, with whatever the form has to say."""
    place = _own(place_id)
    form.begin_with(place)
    page = render_template(
        "places/show.html",
        place=place,
        form=form,
        action=url_for("places.answer", place_id=place.id),
        hosts=list_host_team(reading(), place.visit_id) if place.state is PlaceState.ACCEPTED else (),
        is_past=is_past(place.visit, place.visit.zone, request_time()),
        zone=None,
        **_shown(place),
    )
    return page, 422 if form.has_errors else 200


def _shown(place: Place) -> dict[str, Any]:
    """What every page of a place asks."""
    in_time = is_in_time(place.answer_by, request_time())
    return {
        "visit": place.visit,
        "can_answer": place.state is PlaceState.OFFERED and in_time,
        "PlaceState": PlaceState,
    }
