"""A new run: what it goes by, beginning with the usual or with an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.allocation.access import get_run_for_organiser
from peer_visits.allocation.building.defaults import default_settings_of
from peer_visits.allocation.forms import RunForm
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.queries import list_missing_shortlists
from peer_visits.allocation.services import asking
from peer_visits.allocation.services.lottery import find_lottery
from peer_visits.allocation.settings import RunSettings
from peer_visits.allocation.views.blueprint import blueprint
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.calls.rules import phase
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/organise/calls/<slug>/allocation/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """Choose what a run goes by, beginning with the usual or with an earlier run."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    visits, earlier = list_visits_of_call(reading(), call.id), _asked_run(slug)
    form = RunForm(_starting_settings(call, visits, earlier), visits)
    asked: list[int] = []
    if form.validate_on_submit() and form.carry_out(partial(_ask, slug, form, earlier, asked)):
        return redirect(url_for("allocation.run", slug=slug, number=asked[0]))
    call = get_call_for_organiser(reading(), current_person(), slug)
    page = render_template(
        "allocation/new.html",
        call=call,
        form=form,
        stage=phase(call, request_time()),
        earlier=earlier.number if earlier else None,
        lottery=find_lottery(reading(), call.id),
        missing=_without_shortlist(call),
    )
    return page, 422 if form.has_errors else 200


def _without_shortlist(call: Call) -> list[Visit]:
    visits = list_visits_of_call(reading(), call.id)
    missing = list_missing_shortlists(reading(), [visit.id for visit in visits])
    return [visit for visit in visits if visit.id in missing]


def _asked_run(slug: str) -> AllocationRun | None:
    """The run whose settings the form begins with."""
    number = request.args.get("like", type=int)
    return get_run_for_organiser(reading(), current_person(), slug, number)[1] if number else None


def _starting_settings(call: Call, visits: Sequence[Visit], earlier: AllocationRun | None) -> RunSettings:
    return asking.settings_of(earlier) if earlier else default_settings_of(reading(), call, visits)


def _ask(slug: str, form: RunForm, earlier: AllocationRun | None, asked: list[int], session: Session) -> None:
    call = get_call_for_organiser(session, current_person(), slug)
    run = asking.ask_for_run(
        session,
        actor=current_person(),
        now=request_time(),
        call=call,
        settings=form.settings,
        made_from=earlier,
        public_value=typed(form.public_value),
    )
    asked.append(run.number)
