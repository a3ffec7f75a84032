"""The page of a suggested group, looked for beside the requests. The board tries the group, or takes it as one move."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.allocation.suggesting.queries import (
    find_suggested_group,
    moves_to,
    read_answer,
    read_question,
)
from peer_visits.allocation.suggesting.rules import explain
from peer_visits.allocation.suggesting.services import ask_group
from peer_visits.searches.words import progress_of
from peer_visits.shortlist.identity import are_names_hidden, list_seen
from peer_visits.shortlist.moves import Order, as_data
from peer_visits.shortlist.queries.groups import find_group
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.queries.piles import count_choices
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_lead
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time

blueprint = Blueprint("suggesting", __name__)


@blueprint.route("/host/<slug>/suggestion", methods=["GET", "POST"])
def group(slug: str) -> ResponseReturnValue:
    """A balanced group for a visit, with the reason for each; from the team's scores, so for leads alone."""
    visit = get_visit_for_lead(reading(), current_person(), slug)
    form = Form()
    if form.validate_on_submit() and form.carry_out(lambda session: _ask(session, slug)):
        return redirect(url_for("suggesting.group", slug=slug))
    return _page(visit, form), 422 if form.has_errors else 200


@blueprint.get("/host/<slug>/suggestion/progress")
def progress(slug: str) -> dict[str, Any]:
    """Whether the latest search is over, and how far it is in words."""
    visit = get_visit_for_lead(reading(), current_person(), slug)
    return progress_of(find_suggested_group(reading(), visit))


def _ask(session: Session, slug: str) -> None:
    person = current_person()
    ask_group(session, actor=person, now=request_time(), visit=get_visit_for_lead(session, person, slug))


def _page(visit: Visit, form: Form) -> str:
    session = reading()
    order, search = read_order(session, visit), find_suggested_group(session, visit)
    question = read_question(session, visit, order)
    answer = search.answer if search else None
    found = explain(question, read_answer(answer)) if answer else None
    chosen = [one.candidate.choice for one in found.group] if found else []
    hidden = are_names_hidden(session, visit)
    total = count_choices(session, visit)
    return render_template(
        "allocation/suggestion.html",
        visit=visit,
        form=form,
        search=search,
        suggestion=found,
        is_old=answer is not None and answer["question"] != question.digest,
        locked=find_shortlist(session, visit).state is ShortlistState.HANDED_OVER,
        has_candidates=bool(question.candidates),
        people=list_seen(session, [one.choice for one in question.candidates], hidden=hidden),
        left_out=total - len(question.candidates) - len(order[Proposal.NOT_PROPOSED]),
        group=find_group(session, chosen, hidden=hidden),
        tried=_tried(chosen, order),
    )


def _tried(chosen: list[uuid.UUID], order: Order) -> str:
    return json.dumps(as_data(moves_to(chosen, order)), separators=(",", ":"))
