"""Pages about places: the person's offer, the decision, and the organiser's list."""

from __future__ import annotations

import uuid
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.applications.access import get_application_for_applicant
from peer_visits.kernel.text import clean_line
from peer_visits.places.access import get_own_place
from peer_visits.places.forms import AnswerForm, GiveUpForm
from peer_visits.places.outlook import own_outcomes
from peer_visits.places.rules import is_in_time
from peer_visits.places.services.answering import accept_offer, decline_offer, give_up_place
from peer_visits.places.services.withdrawing import withdraw_application as withdraw_with_places
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.forms import VersionedForm
from peer_visits.web.moment import request_time

blueprint = Blueprint("places", __name__)


@blueprint.app_context_processor
def outcomes() -> dict[str, object]:
    """What other rooms' pages ask about the signed-in person's applications."""
    return {"own_outcomes": own_outcomes}


@blueprint.route("/places/<uuid:place_id>")
def show(place_id: uuid.UUID) -> ResponseReturnValue:
    """An offer with its two answers, or what has become of it."""
    return _page(place_id, AnswerForm(formdata=None))


@blueprint.route("/places/<uuid:place_id>/answer", methods=["POST"])
def answer(place_id: uuid.UUID) -> ResponseReturnValue:
    """Yes or no."""
    place, form = get_own_place(reading(), current_person(), place_id), AnswerForm()
    if form.accepts is None:
        abort(400)
    command = partial(
        accept_offer if form.accepts else decline_offer,
        actor=current_person(),
        now=request_time(),
        place_id=place.id,
        expected_version=form.expected_version,
    )
    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The place is yours.") if form.accepts else _("You have declined the place."))
        return redirect(url_for("places.show", place_id=place_id))
    return _page(place_id, form)


@blueprint.route("/places/<uuid:place_id>/give-up", methods=["POST"])
def give_up(place_id: uuid.UUID) -> ResponseReturnValue:
    """Give an accepted place back."""
    place, form = get_own_place(reading(), current_person(), place_id), GiveUpForm()
    command = partial(
        give_up_place,
        actor=current_person(),
        now=request_time(),
        place_id=place.id,
        expected_version=form.expected_version,
    )
    if form.validate_on_submit() and form.carry_out(command):
        flash(_("You have given the place up. Thank you for telling us."))
        return redirect(url_for("places.show", place_id=place_id))
    return _page(place_id, form)


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


def _page(place_id: uuid.UUID, form: VersionedForm) -> ResponseReturnValue:
    """The place as it is now, with whatever the form has to say."""
    place = get_own_place(reading(), current_person(), place_id)
    in_time = is_in_time(place.answer_by, request_time())
    page = render_template(
        "places/show.html",
        place=place,
        visit=place.visit,
        form=form,
        can_answer=place.state is PlaceState.OFFERED and in_time,
        PlaceState=PlaceState,
    )
    return page, 422 if form.has_errors else 200


from peer_visits.places import views_organiser  # noqa: E402, F401  # adds the organiser's pages to the blueprint
