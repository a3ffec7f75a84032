"""The organiser's pages about places: deciding a call, all its places, taking one back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.calls.rules import phase
from peer_visits.calls.states import CallPhase
from peer_visits.kernel.errors import Refused
from peer_visits.places.access import get_place_for_organiser
from peer_visits.places.forms import DecideForm, TakeBackForm
from peer_visits.places.outcome import Letter, Outcome
from peer_visits.places.queries import count_places, next_waiting, places_of_call
from peer_visits.places.services import answering
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.states import PLACE, PlaceCommand, PlaceState
from peer_visits.places.views import blueprint
from peer_visits.storage.transaction import reading, rehearsing
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.moment import request_time
from peer_visits.web.pages import PAGE_SIZE, Page, fetch_page, requested_page


@blueprint.route("/organise/calls/<slug>/decide", methods=["GET", "POST"])
def decide(slug: str) -> ResponseReturnValue:
    """Everything a decision would do, and the button that does it."""
    call, form = get_call_for_organiser(reading(), current_person(), slug), DecideForm()
    command = partial(
        decide_call,
        actor=current_person(),
        now=request_time(),
        call_id=call.id,
        leave_empty=bool(form.leave_empty.data),
        seen=form.seen.data or "",
    )
    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The call is decided. The offers are on their way."))
        return redirect(url_for("places.of_call", slug=slug))
    return _decision_page(slug, form)


def _decision_page(slug: str, form: DecideForm) -> ResponseReturnValue:
    call = get_call_for_organiser(reading(), current_person(), slug)
    stage = phase(call, request_time())
    outcome = _rehearse(call, form) if stage is CallPhase.CLOSED else None
    form.seen.data = outcome.seen if outcome else ""
    call = get_call_for_organiser(reading(), current_person(), slug)
    page = render_template(
        "places/decide.html",
        call=call,
        form=form,
        stage=stage,
        outcome=outcome,
        letters=_letters_page(outcome.letters) if outcome else None,
    )
    return page, 422 if form.has_errors else 200


def _rehearse(call: Call, form: DecideForm) -> Outcome | None:
    """The decision itself, undone again. A refusal is said on the page."""
    try:
        with rehearsing() as session:
            return decide_call(
                session, actor=current_person(), now=request_time(), call_id=call.id, leave_empty=True
            )
    except Refused as refusal:
        form.add_refusal(refusal)
        return None


def _letters_page(letters: Sequence[Letter]) -> Page[Letter]:
    pages = max(1, -(-len(letters) // PAGE_SIZE))
    number = min(requested_page(), pages)
    return Page(letters[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(letters))


@blueprint.route("/organise/calls/<slug>/places")
def of_call(slug: str) -> ResponseReturnValue:
    """Every place of a call, by visit and state."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    visits = list_visits_of_call(reading(), call.id)
    chosen = next((visit for visit in visits if visit.slug == request.args.get("visit")), None)
    state = _chosen_state()
    query = places_of_call(call.id, visit_slug=chosen.slug if chosen else "", state=state)
    return render_template(
        "places/of_call.html",
        call=call,
        visits=visits,
        chosen=chosen,
        state=state,
        chip_rows=_chips(call, chosen.id if chosen else None, state),
        page=fetch_page(reading(), query, requested_page()),
        PlaceState=PlaceState,
    )


def _chosen_state() -> PlaceState | None:
    return next((state for state in PlaceState if state.value == request.args.get("state")), None)


def _chips(call: Call, visit_id: uuid.UUID | None, chosen: PlaceState | None) -> list[dict[str, Any]]:
    counts = count_places(reading(), call.id)
    numbers = {
        state: sum(one.get(state, 0) for visit, one in counts.items() if visit_id in {None, visit})
        for state in PlaceState
    }
    states = [(None, sum(numbers.values())), *((one, n) for one, n in numbers.items() if n or one is chosen)]
    return [
        {"state": state, "url": _address(call, state), "count": number, "current": state is chosen}
        for state, number in states
    ]


def _address(call: Call, state: PlaceState | None) -> str:
    chosen = state.value if state else None
    return url_for("places.of_call", slug=call.slug, visit=request.args.get("visit"), state=chosen)


@blueprint.route("/organise/places/<uuid:place_id>/withdraw", methods=["GET", "POST"])
def withdraw_offer(place_id: uuid.UUID) -> ResponseReturnValue:
    """Take back an offer nobody has answered."""
    return _take_back(place_id, PlaceCommand.WITHDRAW_OFFER)


@blueprint.route("/organise/places/<uuid:place_id>/cancel", methods=["GET", "POST"])
def cancel(place_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel an accepted place."""
    return _take_back(place_id, PlaceCommand.CANCEL)


_SERVICES = {
    PlaceCommand.WITHDRAW_OFFER: answering.withdraw_offer,
    PlaceCommand.CANCEL: answering.cancel_place,
}


def _take_back(place_id: uuid.UUID, command: PlaceCommand) -> ResponseReturnValue:
    place, form = get_place_for_organiser(reading(), current_person(), place_id), TakeBackForm()
    slug = place.visit.call.slug
    service = partial(
        _SERVICES[command],
        actor=current_person(),
        now=request_time(),
        place_id=place.id,
        explanation=form.explanation.data or "",
        expected_version=form.expected_version,
    )
    if form.validate_on_submit() and form.carry_out(service):
        flash(_("Done. The person is told by mail."))
        return redirect(url_for("places.of_call", slug=slug))
    return _take_back_page(place_id, command, form)


def _take_back_page(place_id: uuid.UUID, command: PlaceCommand, form: TakeBackForm) -> ResponseReturnValue:
    place = get_place_for_organiser(reading(), current_person(), place_id)
    form.version.data = str(place.version)
    following = reading().scalar(next_waiting(place.visit))
    page = render_template(
        "places/take_back.html",
        place=place,
        visit=place.visit,
        form=form,
        is_offer=command is PlaceCommand.WITHDRAW_OFFER,
        is_possible=PLACE.allows(place.state, command),
        refusal=PLACE.refusals[command],
        following=following.choice.application.person if following else None,
    )
    return page, 422 if form.has_errors else 200
