"""The board: sessions by day and minute, what is not placed beside, moves one after the other."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.agenda.access import get_session_of_visit
from peer_visits.agenda.board import Shown, make_board
from peer_visits.agenda.board_values import days_as_values, places_as_values
from peer_visits.agenda.clashes import find_clashes
from peer_visits.agenda.models import AgendaMove
from peer_visits.agenda.queries.board import OnBoard, list_on_board, titles_of
from peer_visits.agenda.queries.clashes import frame_of, list_clashes, slot_at, slots_of
from peer_visits.agenda.queries.moves import list_latest_moves, list_moves_since, logged
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.releases import changes_between, release_content
from peer_visits.agenda.sent_moves import number_of, stand_from, wanted_from
from peer_visits.agenda.services.placing import move_sessions, stand_problem, undo_move
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import days_of, kind_names, tell_move
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.undoing import is_undone, next_to_redo, next_to_undo
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.formats import say
from peer_visits.web.moment import request_time

LATEST = 5


@blueprint.get("/agenda/<slug>")
def edit(slug: str) -> str:
    """The board: sessions as they stand, clashes, and the way to a release."""
    return _answer(slug) if _asks_by_script() else _page(slug)


def _asks_by_script() -> bool:
    """Whether the page's own script asks, which puts the answer in place by itself."""
    return "X-Board" in request.headers


def _page(slug: str) -> str:
    visit, values = _board_of(slug)
    return render_template("agenda/edit.html", visit=visit, day=_asked_day(), kinds=kind_names(), **values)


def _answer(slug: str) -> str:
    """What a move may have changed: where each session stands as values, the lists beside the board as markup."""
    visit, values = _board_of(slug)
    return render_template("agenda/_moved.html", visit=visit, **values)


def _board_of(slug: str) -> tuple[Visit, dict[str, Any]]:
    session, person = reading(), current_person()
    visit = get_visit_for_editor(session, person, slug)
    sessions, plan = list_on_board(session, visit.id), find_plan(session, visit)
    clashes = list_clashes(session, visit, plan, sessions)
    latest, moves = find_latest_release(session, visit.id), list_latest_moves(session, visit)
    titles = {str(one.id): one.title for one in sessions}
    log = logged(moves)
    placed = [_as_item(one) for one in sessions if one.starts_at]
    board = make_board(placed, visit.zone, clashes, Shown(days_of(visit), plan.opens, plan.closes))
    unplaced = [one for one in sessions if one.starts_at is None]
    return visit, {
        "plan": plan,
        "sessions": sessions,
        "unplaced": unplaced,
        "clashes": clashes,
        "board": board,
        "days": days_as_values(board),
        "places": places_as_values(board, unplaced, visit.zone),
        "latest": latest,
        # Before the first release everything is new.
        "changes": changes_between(latest, release_content(sessions, visit)) if latest else placed,
        "undo": next_to_undo(log),
        "redo": next_to_redo(log),
        "moves": [
            (move, tell_move(move, titles, person), is_undone(log, move.number)) for move in moves[:LATEST]
        ],
    }


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _as_item(session: OnBoard) -> dict[str, Any]:
    return {
        "id": session.id,
        "kind": session.kind,
        "title": session.title,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "starts_wall": session.starts_wall,
        "minutes": session.minutes,
        "room": session.room_name,
        "speaker": session.speaker_names,
    }


@blueprint.post("/agenda/<slug>/move")
def move(slug: str) -> ResponseReturnValue:
    """Move, lengthen or swap sessions, move all of them by days, or take a move back."""
    try:
        with writing() as session:
            said = _moved(session, slug)
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(said)
    if _asks_by_script():
        return _answer(slug)
    return redirect(url_for("agenda.edit", slug=slug, **_day_to_keep()))


def _day_to_keep() -> dict[str, Any]:
    return {"day": request.args["day"]} if "day" in request.args else {}


def _moved(session: Session, slug: str) -> str:
    visit = get_visit_for_editor(session, current_person(), slug)
    acting: dict[str, Any] = {"actor": current_person(), "now": request_time(), "visit": visit}
    if "undo" in request.form:
        number = number_of(request.form["undo"])
        return _say_moved(session, undo_move(session, number=number, **acting))
    return _say_moved(session, move_sessions(session, wanted=wanted_from(request.form), **acting))


def _say_moved(session: Session, made: AgendaMove | None) -> str:
    if made is None:
        return str(_("Everything was there already; nothing has changed."))
    return tell_move(made, _titles(session, [made]), current_person())


def _titles(session: Session, moves: Iterable[AgendaMove]) -> dict[str, str]:
    return titles_of(session, {step["session"] for move in moves for step in move.steps})


@blueprint.get("/agenda/<slug>/changes")
def changes(slug: str) -> Response:
    """What others have done since the version a page holds; nothing (204) if nothing changed."""
    session, person = reading(), current_person()
    visit = get_visit_for_editor(session, person, slug)
    since, version = number_of(request.args.get("since", "")), find_plan(session, visit).version
    if since == version:
        return Response(status=204)
    moves = [one for one in list_moves_since(session, visit, since) if one.actor_id != person.id]
    titles = _titles(session, moves)
    return jsonify(
        version=version,
        said=[tell_move(one, titles, person) for one in moves],
        lines=[step["session"] for one in moves for step in one.steps],
    )


@blueprint.get("/agenda/<slug>/check/<uuid:session_id>")
def check(slug: str, session_id: uuid.UUID) -> Response:
    """What would be wrong if the session stood there: asked while somebody holds it."""
    session = reading()
    visit = get_visit_for_editor(session, current_person(), slug)
    item = get_session_of_visit(session, visit, session_id)
    try:
        stand = stand_from(request.args, item.minutes)
    except Refused as refusal:
        return jsonify(said=[say(refusal.reason)])
    problem = stand_problem(stand, visit.zone)
    if problem:
        return jsonify(said=[say(problem)])
    others = [one for one in list_on_board(session, visit.id) if one.id != item.id]
    slot = slot_at(item, stand, visit.zone)
    found = find_clashes(
        [*slots_of(others), *([slot] if slot else [])], frame_of(session, visit, find_plan(session, visit))
    )
    return jsonify(said=[say(clash.brief) for clash in found if item.id in clash.sessions])
