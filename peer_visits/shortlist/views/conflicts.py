"""Conflicts of interest: asked before an application opens, listed for the organiser."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.shortlist.access import BehindGate
from peer_visits.shortlist.forms_team import ConflictForm
from peer_visits.shortlist.identity import are_names_hidden, as_seen
from peer_visits.shortlist.queries.conflicts import find_standing, list_conflicts
from peer_visits.shortlist.queries.reading import find_choice
from peer_visits.shortlist.rules import Standing
from peer_visits.shortlist.services.conflicts import answer_conflict, lift_conflict
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_host, get_visit_for_organiser
from peer_visits.web.errors import error_page
from peer_visits.web.formats import say
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.errorhandler(BehindGate)
def ask_first(gate: BehindGate) -> ResponseReturnValue:
    """An application's own page leads to the question; its files and whatever else is under it are not there."""
    if request.endpoint == "shortlist.review" and request.method == "GET":
        return redirect(url_for("shortlist.conflict", slug=gate.slug, choice_id=gate.choice_id))
    return error_page(404)


@blueprint.route("/host/<slug>/choices/<uuid:choice_id>/conflict", methods=["GET", "POST"])
def conflict(slug: str, choice_id: uuid.UUID) -> ResponseReturnValue:
    """Whether the reader has a conflict of interest with this applicant."""
    _require_choice(slug, choice_id)
    form = ConflictForm()
    if form.validate_on_submit() and _answer(form, slug, choice_id):
        if form.answer.data == "yes":
            flash(_("Thank you. Somebody else reads this application."))
            return redirect(url_for("shortlist.board", slug=slug))
        return redirect(url_for("shortlist.review", slug=slug, choice_id=choice_id))
    return _gate_page(form, slug, choice_id), 422 if form.is_submitted() else 200


def _require_choice(slug: str, choice_id: uuid.UUID) -> None:
    visit = get_visit_for_host(reading(), current_person(), slug)
    if find_choice(reading(), visit, choice_id) is None:
        raise NotFound


def _answer(form: ConflictForm, slug: str, choice_id: uuid.UUID) -> bool:
    return form.carry_out(
        lambda session: answer_conflict(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_host(session, current_person(), slug),
            choice_id=choice_id,
            has=form.answer.data == "yes",
            reason=typed(form.reason),
        )
    )


def _gate_page(form: ConflictForm, slug: str, choice_id: uuid.UUID) -> str:
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    choice = find_choice(session, visit, choice_id)
    if choice is None:
        raise NotFound
    hidden, found = are_names_hidden(session, visit), find_standing(session, visit, person, choice_id)
    return render_template(
        "shortlist/conflict.html",
        form=form,
        visit=visit,
        choice_id=choice_id,
        seen=as_seen(choice_id, choice.application.person, hidden=hidden),
        found=found,
        may_answer=found.standing is not Standing.KEPT_OUT or found.state == "declared",
        signals=() if hidden else found.signals,
    )


@blueprint.get("/organise/calls/<slug>/conflicts")
def conflicts(slug: str) -> str:
    """Every conflict of interest of a call, for its organiser."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    return render_template("shortlist/conflicts.html", call=call, lines=list_conflicts(reading(), call))


@blueprint.post("/host/<slug>/choices/<uuid:choice_id>/conflict/<uuid:person_id>/lift")
def lift(slug: str, choice_id: uuid.UUID, person_id: uuid.UUID) -> ResponseReturnValue:
    """The organiser says that there is no conflict."""
    call_slug = get_visit_for_organiser(reading(), current_person(), slug).call.slug
    try:
        with writing() as session:
            lift_conflict(
                session,
                actor=current_person(),
                now=request_time(),
                visit=get_visit_for_organiser(session, current_person(), slug),
                choice_id=choice_id,
                person_id=person_id,
            )
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(_("The reader may read this application."))
    return redirect(url_for("shortlist.conflicts", slug=call_slug))
