"""Suggested times: for the sessions that have none, looked for beside the requests, looked at before they are taken."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.agenda.board import Shown, make_board
from peer_visits.agenda.models import AgendaPlan, AgendaSession
from peer_visits.agenda.moves import Move, Stand, Wanted
from peer_visits.agenda.queries.proposals import Proposal, read_proposal
from peer_visits.agenda.queries.searches import find_search
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.services.placing import move_sessions
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.services.searching import ask_search, forget_search
from peer_visits.agenda.states import SearchKind
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import days_of, kind_names
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time

_ODD = phrase("What was sent cannot be read. Ask for times again.")


@blueprint.route("/agenda/<slug>/suggest", methods=["GET", "POST"])
def suggest(slug: str) -> ResponseReturnValue:
    """Choose sessions, see where they would stand, take that or leave it."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = Form()
    if form.validate_on_submit():
        if "take" not in request.form:
            if form.carry_out(lambda session: _ask(session, slug)):
                return redirect(url_for("agenda.suggest", slug=slug))
        elif form.carry_out(lambda session: _take(session, slug)):
            count = len(request.form.getlist("move"))
            flash(ngettext("%(num)s session has its time.", "%(num)s sessions have their times.", count))
            return redirect(url_for("agenda.edit", slug=slug))
    return _page(visit, form)


def _ask(session: Session, slug: str) -> None:
    visit = get_visit_for_editor(session, current_person(), slug)
    known = {str(one.id) for one in _unplaced(session, visit)}
    chosen = sorted(known & set(request.form.getlist("session")))
    if not chosen:
        raise Refused(phrase("Choose at least one session."))
    if not days_of(visit):
        raise Refused(phrase("The visit has no dates yet."))
    acting: dict[str, Any] = {"actor": current_person(), "now": request_time(), "visit": visit}
    ask_search(session, **acting, kind=SearchKind.TIMES, asked={"sessions": chosen})


def _unplaced(session: Session, visit: Visit) -> Sequence[AgendaSession]:
    return [one for one in list_sessions(session, visit.id) if one.starts_at is None]


def _take(session: Session, slug: str) -> None:
    visit = get_visit_for_editor(session, current_person(), slug)
    move_sessions(session, actor=current_person(), now=request_time(), visit=visit, wanted=_wanted())
    forget_search(session, visit, SearchKind.TIMES)


def _wanted() -> Wanted:
    """The moves that were looked at; a session that got a time meanwhile is not moved again."""
    moves = [_move(text) for text in request.form.getlist("move")]
    if not moves:
        raise Refused(_ODD)
    return lambda _board: moves


def _move(text: str) -> Move:
    try:
        session, wall, minutes = text.split("|")
        return Move(
            uuid.UUID(session),
            Stand(datetime.fromisoformat(wall).replace(tzinfo=None), int(minutes)),
            seen=Stand(None, int(minutes)),
        )
    except ValueError as error:
        raise Refused(_ODD) from error


def _page(visit: Visit, form: Form) -> ResponseReturnValue:
    session = reading()
    plan, search = find_plan(session, visit), find_search(session, visit, SearchKind.TIMES)
    proposal = read_proposal(session, visit, plan, search) if search and search.is_done else None
    unplaced = _unplaced(session, visit)
    page = render_template(
        "agenda/suggest.html",
        visit=visit,
        form=form,
        unplaced=unplaced,
        chosen=_chosen(form, search.asked["sessions"] if search else [str(one.id) for one in unplaced]),
        days=days_of(visit),
        kinds=kind_names(),
        search=search,
        proposal=proposal,
        rows=_rows(proposal) if proposal else [],
        board=_board(visit, plan, proposal) if proposal else None,
    )
    return page, 422 if form.has_errors else 200


def _chosen(form: Form, otherwise: list[str]) -> list[str]:
    return request.form.getlist("session") if form.is_submitted() else otherwise


def _rows(proposal: Proposal) -> list[tuple[Move, AgendaSession]]:
    by_id = {one.id: one for one in proposal.sessions}
    return [(move, by_id[move.session]) for move in proposal.moves]


def _board(visit: Visit, plan: AgendaPlan, proposal: Proposal) -> Any:
    """The days as they would look; what is proposed says so."""
    stands = {move.session: move.to for move in proposal.moves}
    items = [
        {
            "id": one.id,
            "kind": one.kind,
            "title": _("New: %(title)s", title=one.title) if one.id in stands else one.title,
            "starts_at": start,
            "ends_at": end,
            "room": one.room_name,
            "speaker": one.speaker_names,
        }
        for one in proposal.sessions
        for start, end in [_moments(one, stands.get(one.id), visit.zone)]
        if start and end
    ]
    items.sort(key=lambda item: (item["starts_at"], item["ends_at"], str(item["id"])))
    shown = Shown(days_of(visit), plan.opens, plan.closes)
    return make_board(items, visit.zone, proposal.clashes, shown)


def _moments(one: AgendaSession, stand: Stand | None, zone: str) -> tuple[datetime | None, datetime | None]:
    if stand is None or stand.wall is None or stand.end is None:
        return one.starts_at, one.ends_at
    return to_utc(stand.wall, zone), to_utc(stand.end, zone)
