"""The runs of a call, and one of them: how far it is, and what it came to as a whole."""

from __future__ import annotations

import json

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from peer_visits.accounts.current import current_person
from peer_visits.allocation.access import get_run_for_organiser
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.pages import describe, progress_words
from peer_visits.allocation.recording import make_record
from peer_visits.allocation.services import asking
from peer_visits.allocation.services.lottery import find_lottery
from peer_visits.allocation.states import ENDED, RUN, RunCommand, RunState
from peer_visits.allocation.viewing import Who, find_number, list_people, list_runs
from peer_visits.allocation.views.blueprint import blueprint
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.calls.rules import phase
from peer_visits.storage.transaction import reading
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


@blueprint.route("/organise/calls/<slug>/allocation")
def runs(slug: str) -> ResponseReturnValue:
    """The runs of a call, the latest first."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    return render_template(
        "allocation/runs.html",
        call=call,
        stage=phase(call, request_time()),
        runs=list_runs(reading(), call.id),
        lottery=find_lottery(reading(), call.id),
        RunState=RunState,
    )


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>")
def run(slug: str, number: int) -> ResponseReturnValue:
    """How far a run is, or what it came to."""
    return run_page(slug, number, Form(formdata=None))


def run_page(slug: str, number: int, form: Form) -> ResponseReturnValue:
    """The page of a run with a form on it: 422 with its errors."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    visits = {str(visit.id): visit for visit in list_visits_of_call(reading(), call.id)}
    page = render_template(
        "allocation/run.html",
        call=call,
        run=found,
        form=form,
        visits=visits,
        made_from=find_number(reading(), found.made_from_id),
        settings=asking.settings_of(found),
        people=_people_by_hand(call, found),
        figures=describe(found.summary, visits) if found.summary else None,
        is_over=found.state in ENDED,
        may_cancel=RUN.allows(found.state, RunCommand.CANCEL),
        others=[one.number for one in list_runs(reading(), call.id) if one.summary and one.number != number],
        RunState=RunState,
    )
    return page, 422 if form.has_errors else 200


def _people_by_hand(call: Call, found: AllocationRun) -> dict[str, Who]:
    return list_people(reading(), call.id) if found.settings.get("by_hand") else {}


@blueprint.get("/organise/calls/<slug>/allocation/<int:number>/progress")
def progress(slug: str, number: int) -> ResponseReturnValue:
    """How far a run is, for the page that waits for it."""
    _call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    return {"over": found.state in ENDED, "words": progress_words(found, request_time())}


@blueprint.get("/organise/calls/<slug>/allocation/<int:number>/record.json")
def record(slug: str, number: int) -> Response:
    """The record of a run, to keep and to check."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    text = json.dumps(make_record(reading(), found), ensure_ascii=False, indent=1, sort_keys=True)
    name = f"{call.slug}-run-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text + "\n", mimetype="application/json", headers=headers)
