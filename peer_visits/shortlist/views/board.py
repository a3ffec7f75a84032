"""The board: looking, moving lines, trying moves without saving, and what others have moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.rules import is_open
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import clean_line, forbidden_characters
from peer_visits.shortlist.identity import are_names_hidden, found_by
from peer_visits.shortlist.models import ShortlistMove
from peer_visits.shortlist.moves import Move, applied, as_data, from_data, limited, touched
from peer_visits.shortlist.order_form import as_text, number_of, tried_from, wanted_from
from peer_visits.shortlist.queries.board import Asked, Viewer, list_sections
from peer_visits.shortlist.queries.groups import find_group
from peer_visits.shortlist.queries.moves import list_latest_moves, list_moves_since, read_order
from peer_visits.shortlist.queries.piles import PILES, count_choices, list_choice_ids, piles_of
from peer_visits.shortlist.queries.reading import find_next_to_read
from peer_visits.shortlist.queries.scores import read_team_scores
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.ordering import move_lines, undo_move
from peer_visits.shortlist.services.state import require
from peer_visits.shortlist.states import Proposal, ShortlistCommand
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.shortlist.words import tell_move
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_host, get_visit_for_mover, is_lead, may_move
from peer_visits.visits.models import Visit
from peer_visits.web.formats import say
from peer_visits.web.moment import request_time
from peer_visits.web.pages import requested_page


@dataclass(frozen=True)
class Trial:
    """Moves that are tried in the page and saved nowhere."""

    moves: Sequence[Move]

    @property
    def text(self) -> str:
        """As they stand in the page's hidden field."""
        return as_text(as_data(self.moves))


@blueprint.get("/host/<slug>")
def board(slug: str) -> str:
    """The choices for one visit, in order, with the group so far."""
    return _board_page(slug)


def _board_page(slug: str, trial: Trial | None = None) -> str:
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    leads, hidden = is_lead(session, person, visit), are_names_hidden(session, visit)
    words = "" if trial else _words()
    pile = request.args.get("pile", "")
    saved = read_order(session, visit)
    order = applied(saved, trial.moves) if trial else saved
    asked = Asked(
        pile if pile in PILES else "",
        found_by(session, visit, words, hidden=hidden) if words else None,
        requested_page(),
    )
    scores = read_team_scores(session, visit, hidden=hidden) if leads else None
    viewer = Viewer(person, leads, hidden, scores.adjusted if scores else None)
    return render_template(
        "shortlist/board.html",
        visit=visit,
        trial=trial,
        scores=scores,
        sections=list_sections(session, visit, order=order, saved=saved, asked=asked, viewer=viewer),
        piles=piles_of(order, count_choices(session, visit)),
        pile=asked.pile,
        words=words,
        group=find_group(session, order[Proposal.SHORTLISTED], hidden=hidden),
        shortlist=find_shortlist(session, visit),
        latest=[(move, tell_move(move, person)) for move in list_latest_moves(session, visit)],
        leads=leads,
        moves=may_move(session, person, visit),
        hidden=hidden,
        is_open=is_open(visit.call, request_time()),
        next_to_read=find_next_to_read(session, visit, person),
    )


def _words() -> str:
    """What is searched for; characters that no name can hold find nothing, and are left out."""
    words = clean_line(request.args.get("q"))[:200]
    return "".join(one for one in words if not forbidden_characters(one, lines=False))


@blueprint.post("/host/<slug>/order")
def order(slug: str) -> ResponseReturnValue:
    """Move lines, keep moves that were tried, or take a move back."""
    try:
        with writing() as session:
            visit = get_visit_for_mover(session, current_person(), slug)
            said = _moved(session, visit)
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(said)
    if request.headers.get("X-Board"):  # the page's own script puts the answer in place by itself
        return _board_page(slug)
    return redirect(_board_as_it_was(slug))


def _board_as_it_was(slug: str) -> str:
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("pile", "q", "page") if name in request.args
    }
    return url_for("shortlist.board", slug=slug, **kept)


def _moved(session: Session, visit: Visit) -> str:
    acting: dict[str, Any] = {"actor": current_person(), "now": request_time(), "visit": visit}
    if "undo" in request.form:
        undo_move(session, number=number_of(request.form["undo"]), **acting)
        return str(_("The move is taken back."))
    return _say_moved(move_lines(session, wanted=wanted_from(request.form), **acting))


def _say_moved(made: ShortlistMove | None) -> str:
    if made is None:
        return str(_("Everything was there already; nothing has changed."))
    count = len(touched(from_data(made.steps)))
    return str(ngettext("%(num)s applicant moved.", "%(num)s applicants moved.", count))


@blueprint.post("/host/<slug>/try")
def try_moves(slug: str) -> str:
    """The board as moves would make it. They stay in the page; nothing is saved."""
    session = reading()
    visit = get_visit_for_mover(session, current_person(), slug)
    try:
        require(find_shortlist(session, visit), ShortlistCommand.ORDER)
        tried = _tried(session, visit)
    except Refused as refusal:
        flash(say(refusal.reason), "error")
        return _board_page(slug, _trial_so_far())
    return _board_page(slug, Trial(tried))


def _trial_so_far() -> Trial | None:
    try:
        return Trial(tried_from(request.form)) if request.form.get("tried") else None
    except Refused:
        return None


def _tried(session: Session, visit: Visit) -> list[Move]:
    tried = tried_from(request.form)
    if request.form.get("back"):
        return tried[:-1]
    if not {"line", "choice", "to"} & set(request.form) or request.form.get("again"):
        return tried
    wanted = wanted_from(request.form)(applied(read_order(session, visit), tried))
    known = set(list_choice_ids(session, visit, touched(wanted)))
    return tried_from({"tried": Trial([*tried, *limited(wanted, known)]).text})


@blueprint.get("/host/<slug>/changes")
def changes(slug: str) -> Response:
    """What the rest of the team has moved since the version a page holds; nothing (204) if nothing changed."""
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    since, version = number_of(request.args.get("since", "")), find_shortlist(session, visit).version
    if since == version:
        return Response(status=204)
    moves = [move for move in reversed(list_moves_since(session, visit, since)) if move.actor_id != person.id]
    return jsonify(
        version=version,
        said=[tell_move(move, person) for move in moves],
        lines=[str(one) for move in moves for one in move.lines],
    )
