"""The organiser's pages about places: deciding a call and undoing it, all its places, taking one back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.allocation.services import find_decidable_run
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.calls.rules import answers_known_at, phase
from peer_visits.calls.states import CallPhase
from peer_visits.kernel.errors import Refused
from peer_visits.places.access import get_place_for_organiser
from peer_visits.places.calendars import read_entry
from peer_visits.places.forms import DecideForm, TakeBackForm
from peer_visits.places.models import Place
from peer_visits.places.outcome import Letter, Outcome
from peer_visits.places.queries import (
    count_marked,
    count_places,
    count_waiting,
    offer_ids,
    places_by_id,
    places_of_call,
)
from peer_visits.places.services.deciding import NothingWorkedOut, decide_call
from peer_visits.places.services.taking_back import cancel_place
from peer_visits.places.services.taking_back import withdraw_offer as take_offer_back
from peer_visits.places.services.undoing import count_decision_mails, release_answers, undo_decision
from peer_visits.places.states import PLACE, PlaceCommand, PlaceState
from peer_visits.places.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, rehearsing
from peer_visits.visits.models import Visit
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
        flash(_("The call is decided."))
        return redirect(url_for("places.decide", slug=slug))
    return _decision_page(slug, form)


@blueprint.post("/organise/calls/<slug>/decide/undo")
def undo(slug: str) -> ResponseReturnValue:
    """Take the whole decision back, while nobody has heard of it."""
    return _after_deciding(slug, undo_decision, _("The decision is undone. Nobody has heard of it."))


@blueprint.post("/organise/calls/<slug>/decide/send")
def send_answers(slug: str) -> ResponseReturnValue:
    """Do not wait: the answers become known now."""
    done = _("The answers are known now. Their mails are on their way, but for those that are held.")
    return _after_deciding(slug, release_answers, done)


def _after_deciding(slug: str, service: Callable[..., int], done: str) -> ResponseReturnValue:
    call, form = get_call_for_organiser(reading(), current_person(), slug), DecideForm()
    command = partial(service, actor=current_person(), now=request_time(), call_id=call.id)
    if form.validate_on_submit() and form.carry_out(command):
        flash(done)
        return redirect(url_for("places.decide", slug=slug))
    return _decision_page(slug, form)


def _decision_page(slug: str, form: DecideForm) -> ResponseReturnValue:
    call = get_call_for_organiser(reading(), current_person(), slug)
    stage = phase(call, request_time())
    is_due = stage is CallPhase.CLOSED and not call.decided_at
    outcome = _rehearse(call, form) if is_due else None
    form.seen.data = outcome.seen if outcome else ""
    call = get_call_for_organiser(reading(), current_person(), slug)
    page = render_template(
        "places/decide.html",
        call=call,
        form=form,
        stage=stage,
        outcome=outcome,
        mails=count_decision_mails(reading(), call) if call.decided_at else None,
        known_at=answers_known_at(call),
        letters=_letters_page(outcome.letters) if outcome else None,
        read_entry=read_entry,
        needs_run=is_due and outcome is None and not find_decidable_run(reading(), call.id),
    )
    return page, 422 if form.has_errors else 200


def _rehearse(call: Call, form: DecideForm) -> Outcome | None:
    """The decision itself, undone again. A refusal is said on the page."""
    try:
        with rehearsing() as session:
            return decide_call(
                session, actor=current_person(), now=request_time(), call_id=call.id, leave_empty=True
            )
    except NothingWorkedOut:
        return None  # the page says so, and leads to the runs
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
    state, only_marked = _chosen_state(), bool(request.args.get("marked"))
    slug_chosen = chosen.slug if chosen else ""
    query = places_of_call(call.id, visit_slug=slug_chosen, state=state, only_marked=only_marked)
    return render_template(
        "places/of_call.html",
        call=call,
        visits=visits,
        chosen=chosen,
        state=state,
        only_marked=only_marked,
        chip_rows=_chips(call, chosen.id if chosen else None, state, only_marked=only_marked),
        groups=_groups(call, visits),
        page=fetch_page(reading(), query, requested_page()),
        PlaceState=PlaceState,
    )


def _chosen_state() -> PlaceState | None:
    return next((state for state in PlaceState if state.value == request.args.get("state")), None)


def _chips(
    call: Call, visit_id: uuid.UUID | None, chosen: PlaceState | None, *, only_marked: bool
) -> list[dict[str, Any]]:
    counts = count_places(reading(), call.id, with_marked=True)
    marked = count_marked(reading(), call.id)
    numbers = {
        state: sum(one.get(state, 0) for visit, one in counts.items() if visit_id in {None, visit})
        for state in PlaceState
    }
    guests = sum(number for visit, number in marked.items() if visit_id in {None, visit})
    states = [(one, n) for one, n in numbers.items() if n or one is chosen]
    chips = [_chip(call, None, "", sum(numbers.values()), current=not chosen and not only_marked)]
    chips += [_chip(call, one, "", n, current=one is chosen) for one, n in states]
    return [*chips, _chip(call, None, "1", guests, current=only_marked)] if guests else chips


def _chip(call: Call, state: PlaceState | None, marked: str, count: int, *, current: bool) -> dict[str, Any]:
    url = url_for(
        "places.of_call",
        slug=call.slug,
        visit=request.args.get("visit"),
        state=state.value if state else None,
        marked=marked or None,
    )
    return {"state": state, "marked": bool(marked), "url": url, "count": count, "current": current}


def _groups(call: Call, visits: Sequence[Visit]) -> list[dict[str, Any]]:
    """How full every visit is, marked places beside the participants'."""
    counts, marked = count_places(reading(), call.id), count_marked(reading(), call.id)
    waiting = count_waiting(reading(), call.id)
    return [
        {
            "visit": visit,
            "accepted": counts.get(visit.id, {}).get(PlaceState.ACCEPTED, 0),
            "offered": counts.get(visit.id, {}).get(PlaceState.OFFERED, 0),
            "marked": marked.get(visit.id, 0),
            "waiting": waiting.get(visit.id, 0),
        }
        for visit in visits
    ]


@blueprint.route("/organise/places/<uuid:place_id>/withdraw", methods=["GET", "POST"])
def withdraw_offer(place_id: uuid.UUID) -> ResponseReturnValue:
    """Take back an offer nobody has answered."""
    return _take_back(place_id, PlaceCommand.WITHDRAW_OFFER)


@blueprint.route("/organise/places/<uuid:place_id>/cancel", methods=["GET", "POST"])
def cancel(place_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel an accepted place."""
    return _take_back(place_id, PlaceCommand.CANCEL)


_SERVICES = {
    PlaceCommand.WITHDRAW_OFFER: take_offer_back,
    PlaceCommand.CANCEL: cancel_place,
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
    following = _who_follows(place, command)
    place = get_place_for_organiser(reading(), current_person(), place_id)
    form.version.data = str(place.version)
    page = render_template(
        "places/take_back.html",
        place=place,
        visit=place.visit,
        form=form,
        is_offer=command is PlaceCommand.WITHDRAW_OFFER,
        is_possible=PLACE.allows(place.state, command),
        refusal=PLACE.refusals[command],
        following=following,
    )
    return page, 422 if form.has_errors else 200


def _who_follows(place: Place, command: PlaceCommand) -> list[str]:
    """Whom the freed place would be offered to: the step itself, undone again."""
    if not PLACE.allows(place.state, command):
        return []
    place_id, call_id = place.id, place.visit.call_id
    with rehearsing() as session:
        before = set(session.scalars(offer_ids(call_id)))
        _SERVICES[command](
            session, actor=current_person(), now=request_time(), place_id=place_id, explanation="-"
        )
        offered = set(session.scalars(offer_ids(call_id))) - before
        return [one.person.name for one in session.scalars(places_by_id(offered))]
