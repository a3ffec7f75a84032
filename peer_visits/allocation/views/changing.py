"""What is done with a run: stopped, chosen, or made anew with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.allocation.access import get_run_for_organiser
from peer_visits.allocation.forms import HandForm, SoftenForm, TakeBackForm
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.services import asking
from peer_visits.allocation.viewing import Outcome, PersonRow, Reader
from peer_visits.allocation.views.blueprint import blueprint
from peer_visits.allocation.views.runs import run_page
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import must_exist
from peer_visits.storage.transaction import reading
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.forms import Form, options
from peer_visits.web.moment import request_time


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
    return run_page(slug, number, form)


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
    return must_exist(next((one for one in reader.person_rows() if one.who.id == person_id), None))
