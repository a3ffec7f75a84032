"""The organiser's pages about allocation runs: ask for one, follow it, read it, change it, compare two."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.allocation import run_words
from peer_visits.allocation.access import get_run_for_organiser
from peer_visits.allocation.building.defaults import default_settings_of
from peer_visits.allocation.forms import HandForm, RunForm, SoftenForm, TakeBackForm
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.pages import describe, progress_words
from peer_visits.allocation.queries import list_missing_shortlists
from peer_visits.allocation.recording import make_record
from peer_visits.allocation.services import asking
from peer_visits.allocation.services.lottery import find_lottery
from peer_visits.allocation.settings import RunSettings, differing_rules
from peer_visits.allocation.states import ENDED, RUN, RunCommand, RunState
from peer_visits.allocation.viewing import (
    Outcome,
    PersonRow,
    Reader,
    Who,
    find_number,
    list_changes,
    list_people,
    list_runs,
    matching,
)
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.calls.rules import phase
from peer_visits.kernel.errors import NotFound
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.forms import Form, options, typed
from peer_visits.web.moment import request_time
from peer_visits.web.pages import cut_page, requested_page

blueprint = Blueprint("allocation", __name__)


@blueprint.app_template_global()
def run_word(kind: str, *values: Any) -> Any:
    """Words of this room for templates."""
    words: dict[str, Callable[..., Any]] = {
        "rule": run_words.rule_words,
        "sentence": run_words.rule_sentence,
        "level": run_words.level_words,
        "gap": run_words.gap_words,
        "points": lambda value: run_words.POINTS[value],
        "aim": lambda value: run_words.AIMS[value],
        "hand": lambda value: run_words.HANDS_DONE[value],
        "progress": progress_words,
    }
    return words[kind](*values)


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


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>")
def run(slug: str, number: int) -> ResponseReturnValue:
    """How far a run is, or what it came to."""
    return _run_page(slug, number, Form(formdata=None))


def _run_page(slug: str, number: int, form: Form) -> ResponseReturnValue:
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


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>/people")
def people(slug: str, number: int) -> ResponseReturnValue:
    """Everybody who took part: what they got of their wishes, and why."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    rows = Reader(reading(), found, list_visits_of_call(reading(), call.id)).person_rows()
    outcome = next((one for one in Outcome if one == request.args.get("outcome")), None)
    words = request.args.get("q", "").strip()[:200]
    return render_template(
        "allocation/people.html",
        call=call,
        run=found,
        chips=_outcome_chips(rows, outcome, slug, number),
        words=words,
        outcome=outcome,
        page=cut_page(matching(rows, outcome=outcome, words=words), requested_page()),
        Outcome=Outcome,
    )


def _outcome_chips(
    rows: list[PersonRow], chosen: Outcome | None, slug: str, number: int
) -> list[dict[str, Any]]:
    names = {
        None: _("Everybody"),
        Outcome.PLACED: _("With a place"),
        Outcome.WAITING: _("Waiting"),
        Outcome.NOTHING: _("Neither"),
    }
    return [
        {
            "label": label,
            "url": url_for("allocation.people", slug=slug, number=number, outcome=one),
            "count": sum(one in {None, row.outcome} for row in rows),
            "current": one is chosen,
        }
        for one, label in names.items()
    ]


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>/visits/<visit_slug>")
def visit(slug: str, number: int, visit_slug: str) -> ResponseReturnValue:
    """One visit: who got a place, who waits, and who neither, each with the reason."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    visits = list_visits_of_call(reading(), call.id)
    shown = _one_visit(visits, visit_slug)
    by_id = {str(one.id): one for one in visits}
    figures = describe(found.summary, by_id) if found.summary else None
    return render_template(
        "allocation/visit.html",
        call=call,
        run=found,
        visit=shown,
        row=figures.visit(shown) if figures else None,
        page=cut_page(Reader(reading(), found, visits).visit_rows(str(shown.id)), requested_page()),
        Outcome=Outcome,
    )


def _one_visit(visits: Sequence[Visit], slug: str) -> Visit:
    found = next((one for one in visits if one.slug == slug), None)
    if found is None:
        raise NotFound
    return found


@blueprint.post("/organise/calls/<slug>/allocation/<int:number>/cancel")
def cancel(slug: str, number: int) -> ResponseReturnValue:
    """Stop a run."""
    return _give(slug, number, asking.cancel_run, _("The run is stopped."))


@blueprint.post("/organise/calls/<slug>/allocation/<int:number>/choose")
def choose(slug: str, number: int) -> ResponseReturnValue:
    """Take this run for the decision."""
    return _give(slug, number, asking.choose_run, _("The decision will carry this run out."))


@blueprint.post("/organise/calls/<slug>/allocation/<int:number>/again")
def again(slug: str, number: int) -> ResponseReturnValue:
    """The same choices on what is true now."""
    return _give(slug, number, asking.run_again, _("A new run with the same rules."))


@blueprint.post("/organise/calls/<slug>/allocation/<int:number>/soften")
def soften(slug: str, number: int) -> ResponseReturnValue:
    """A new run in which one rule is tried for only."""
    form = SoftenForm()
    command = partial(asking.soften_rule, rule=str(form.rule.data or ""), visit=str(form.visit.data or ""))
    return _give(
        slug, number, command, _("A new run, in which the rule is tried for and no longer has to hold.")
    )


@blueprint.post("/organise/calls/<slug>/allocation/<int:number>/take-back")
def take_back(slug: str, number: int) -> ResponseReturnValue:
    """A new run without one decision by hand."""
    form = TakeBackForm()
    command = partial(
        asking.take_hand_back, person=str(form.person.data or ""), visit=str(form.visit.data or "")
    )
    return _give(slug, number, command, _("A new run without that decision by hand."))


def _give(
    slug: str, number: int, service: Callable[..., AllocationRun | None], said: str
) -> ResponseReturnValue:
    """Give a command about a run; what it makes is where the answer leads."""
    get_run_for_organiser(reading(), current_person(), slug, number)
    form, made = Form(), [number]

    def command(session: Session) -> None:
        call, found = get_run_for_organiser(session, current_person(), slug, number)
        new_one = service(session, actor=current_person(), now=request_time(), call=call, run=found)
        made[0] = new_one.number if new_one else number

    if form.validate_on_submit() and form.carry_out(command):
        flash(said)
        return redirect(url_for("allocation.run", slug=slug, number=made[0]))
    return _run_page(slug, number, form)


@blueprint.route(
    "/organise/calls/<slug>/allocation/<int:number>/by-hand/<uuid:applicant_id>", methods=["GET", "POST"]
)
def by_hand(slug: str, number: int, applicant_id: Any) -> ResponseReturnValue:
    """Decide about one person by hand, with a reason; that makes a new run."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    row = _person_row(call, found, str(applicant_id))
    form = HandForm(visit=request.args.get("visit"))
    form.visit.choices = options((str(wish.visit.id), wish.visit.place) for wish in row.wishes)
    made: list[int] = []

    def command(session: Session) -> None:
        call, found = get_run_for_organiser(session, current_person(), slug, number)
        asked = asking.decide_by_hand(
            session,
            actor=current_person(),
            now=request_time(),
            call=call,
            run=found,
            decision=form.decision(str(applicant_id)),
        )
        made.append(asked.number)

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("A new run with your decision. The run before it is kept."))
        return redirect(url_for("allocation.run", slug=slug, number=made[0]))
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    page = render_template(
        "allocation/by_hand.html", call=call, run=found, row=row, form=form, Outcome=Outcome
    )
    return page, 422 if form.has_errors else 200


def _person_row(call: Call, found: AllocationRun, person_id: str) -> PersonRow:
    reader = Reader(reading(), found, list_visits_of_call(reading(), call.id))
    row = next((one for one in reader.person_rows() if one.who.id == person_id), None)
    if row is None:
        raise NotFound
    return row


@blueprint.route("/organise/calls/<slug>/allocation/<int:number>/compare/<int:other>")
def compare(slug: str, number: int, other: int) -> ResponseReturnValue:
    """Two runs side by side: figures, rules, and everybody who gets something else."""
    call, before = get_run_for_organiser(reading(), current_person(), slug, number)
    _call, after = get_run_for_organiser(reading(), current_person(), slug, other)
    visits = list_visits_of_call(reading(), call.id)
    by_id = {str(one.id): one for one in visits}
    changes = list_changes(Reader(reading(), before, visits), Reader(reading(), after, visits))
    settings = asking.settings_of(before), asking.settings_of(after)
    return render_template(
        "allocation/compare.html",
        call=call,
        before=before,
        after=after,
        figures=[describe(one.summary, by_id) if one.summary else None for one in (before, after)],
        settings=settings,
        differing=differing_rules(*settings),
        is_same_input=before.input_hash == after.input_hash,
        page=cut_page(changes, requested_page()),
    )


@blueprint.get("/organise/calls/<slug>/allocation/<int:number>/record.json")
def record(slug: str, number: int) -> Response:
    """The record of a run, to keep and to check."""
    call, found = get_run_for_organiser(reading(), current_person(), slug, number)
    text = json.dumps(make_record(reading(), found), ensure_ascii=False, indent=1, sort_keys=True)
    name = f"{call.slug}-run-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text + "\n", mimetype="application/json", headers=headers)
