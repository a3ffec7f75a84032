"""The board: filtering, searching, moving lines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.rules import is_open
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import clean_line, forbidden_characters, phrase
from peer_visits.shortlist.identity import are_names_hidden, found_by
from peer_visits.shortlist.queries.board import (
    TO_DECIDE,
    board_query,
    count_piles,
    find_group,
    list_board_rows,
    list_positions,
)
from peer_visits.shortlist.queries.reading import find_next_to_read
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.ordering import place_choices, step_choice
from peer_visits.shortlist.states import Proposal
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import (
    get_visit_for_host,
    is_lead,
)
from peer_visits.visits.models import Visit
from peer_visits.web.formats import say
from peer_visits.web.moment import request_time
from peer_visits.web.pages import fetch_page, requested_page


@blueprint.get("/host/<slug>")
def board(slug: str) -> str:
    """The choices for one visit, in order, with the group so far."""
    visit = get_visit_for_host(reading(), current_person(), slug)
    return _board_page(visit)


def _board_page(visit: Visit) -> str:
    session, person = reading(), current_person()
    leads, hidden = is_lead(session, person, visit), are_names_hidden(session, visit)
    pile, words = request.args.get("pile", ""), _words()
    found = found_by(session, visit, words, hidden=hidden) if words else None
    query = board_query(visit, reader=person, sees_team=leads, pile=pile, found=found)
    piles = count_piles(session, visit)
    total = None if words else piles.get(pile, sum(piles.values()))
    page = fetch_page(session, query, requested_page(), total=total)
    return render_template(
        "shortlist/board.html",
        visit=visit,
        page=page,
        rows=list_board_rows(session, page.items, reader=person, sees_team=leads, hidden=hidden),
        hidden=hidden,
        positions=list_positions(session, visit.id),
        piles=piles,
        pile=pile,
        words=words,
        group=find_group(session, visit),
        shortlist=find_shortlist(session, visit),
        leads=leads,
        is_open=is_open(visit.call, request_time()),
        next_to_read=find_next_to_read(session, visit, person),
    )


def _words() -> str:
    """What is searched for; characters that no name can hold find nothing, and are left out."""
    words = clean_line(request.args.get("q"))[:200]
    return "".join(one for one in words if not forbidden_characters(one, lines=False))


@blueprint.post("/host/<slug>/order")
def order(slug: str) -> ResponseReturnValue:
    """Move lines: a step up or down, or the ticked ones to a pile."""
    try:
        with writing() as session:
            visit = get_visit_for_host(session, current_person(), slug)
            said = _order_command()(session, visit)
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(said)
    return redirect(_board_as_it_was(slug))


def _board_as_it_was(slug: str) -> str:
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("pile", "q", "page") if name in request.args
    }
    return url_for("shortlist.board", slug=slug, **kept)


def _order_command() -> Callable[[Session, Visit], str]:
    direction, _colon, choice = request.form.get("step", "").partition(":")
    if direction in {"up", "down"}:
        by = -1 if direction == "up" else 1
        return lambda session, visit: _step(session, visit, choice, by)
    return _place


def _step(session: Session, visit: Visit, choice: str, by: int) -> str:
    step_choice(
        session,
        actor=current_person(),
        now=request_time(),
        visit=visit,
        version=_version(),
        choice_id=_uuid(choice),
        by=by,
    )
    return str(_("Moved."))


def _place(session: Session, visit: Visit) -> str:
    pile = request.form.get("to", "")
    if pile not in {TO_DECIDE, *Proposal}:
        raise Refused(phrase("Choose where to move them."))
    count = place_choices(
        session,
        actor=current_person(),
        now=request_time(),
        visit=visit,
        version=_version(),
        choice_ids=[_uuid(value) for value in request.form.getlist("choice")],
        proposal=None if pile == TO_DECIDE else Proposal(pile),
        position=request.form.get("position", type=int),
    )
    return str(ngettext("%(num)s applicant moved.", "%(num)s applicants moved.", count))


def _version() -> int:
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1  # no record has it


def _uuid(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        return uuid.UUID(int=0)  # no record has it: the service answers as for any unknown one
