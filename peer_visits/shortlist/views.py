"""The host desk: my visits, the board, one application at a time, handing over."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_published_call
from peer_visits.calls.rules import is_open
from peer_visits.files.serving import send_stored
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import clean_line, forbidden_characters, phrase
from peer_visits.shortlist.access import (
    get_attachment_for_host,
    get_choice_for_host,
    list_answers_for_host,
    list_visible_reviews,
)
from peer_visits.shortlist.forms import HandOverForm, ReviewForm, review_form
from peer_visits.shortlist.queries import (
    TO_DECIDE,
    board_query,
    count_piles,
    find_group,
    find_neighbours,
    find_next_to_read,
    find_review,
    find_shortlist,
    list_board_rows,
    list_desk,
    list_positions,
)
from peer_visits.shortlist.services import (
    hand_over as hand_shortlist_over,
)
from peer_visits.shortlist.services import (
    place_choices,
    reopen_shortlist,
    save_review,
    step_choice,
)
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import (
    get_visit_for_host,
    get_visit_for_lead,
    get_visit_for_organiser,
    is_lead,
)
from peer_visits.visits.models import Visit
from peer_visits.web.formats import say
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time
from peer_visits.web.pages import fetch_page, requested_page

blueprint = Blueprint("shortlist", __name__)


@blueprint.get("/host")
def desk() -> str:
    """Every visit this person hosts."""
    return render_template("shortlist/desk.html", cards=list_desk(reading(), current_person()))


@blueprint.get("/host/<slug>")
def board(slug: str) -> str:
    """The choices for one visit, in order, with the group so far."""
    visit = get_visit_for_host(reading(), current_person(), slug)
    return _board_page(visit)


def _board_page(visit: Visit) -> str:
    session, person = reading(), current_person()
    leads = is_lead(session, person, visit)
    pile, words = request.args.get("pile", ""), _words()
    query = board_query(visit, reader=person, sees_team=leads, pile=pile, words=words)
    piles = count_piles(session, visit)
    total = None if words else piles.get(pile, sum(piles.values()))
    page = fetch_page(session, query, requested_page(), total=total)
    return render_template(
        "shortlist/board.html",
        visit=visit,
        page=page,
        rows=list_board_rows(session, page.items, reader=person, sees_team=leads),
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


@blueprint.route("/host/<slug>/choices/<uuid:choice_id>", methods=["GET", "POST"])
def review(slug: str, choice_id: uuid.UUID) -> ResponseReturnValue:
    """Read one application as far as it concerns this visit, and score it."""
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    get_choice_for_host(session, visit, choice_id)
    call = get_published_call(session, visit.call.slug)
    form = review_form(call.criteria, find_review(session, person, choice_id))
    if form.validate_on_submit() and _save_review(form, slug, choice_id):
        flash(_("Your reading is saved."))
        return redirect(_after_review(visit, choice_id))
    return _review_page(form, slug, choice_id), 422 if form.is_submitted() else 200


@blueprint.get("/host/<slug>/choices/<uuid:choice_id>/files/<uuid:attachment_id>")
def attachment(slug: str, choice_id: uuid.UUID, attachment_id: uuid.UUID) -> Response:
    """A file given with an application, as far as hosts may see the question it answers."""
    session = reading()
    visit = get_visit_for_host(session, current_person(), slug)
    choice = get_choice_for_host(session, visit, choice_id)
    return send_stored(get_attachment_for_host(session, choice, attachment_id).file)


def _review_page(form: ReviewForm, slug: str, choice_id: uuid.UUID) -> str:
    """Reads everything anew: a refused command leaves nothing of what was read before it."""
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    choice = get_choice_for_host(session, visit, choice_id)
    reviews = list_visible_reviews(
        session, choice_id, reader=person, sees_team=is_lead(session, person, visit)
    )
    mine = next((one for one in reviews if one.reviewer_id == person.id), None)
    form.version.data = str(mine.version if mine else 0)
    return render_template(
        "shortlist/review.html",
        answers=list_answers_for_host(session, choice),
        file_url=partial(url_for, "shortlist.attachment", slug=slug, choice_id=choice_id),
        form=form,
        visit=visit,
        choice=choice,
        mine=mine,
        others=[one for one in reviews if one is not mine],
        shortlist=find_shortlist(session, visit),
        neighbours=find_neighbours(session, choice),
        next_to_read=find_next_to_read(session, visit, person),
    )


def _save_review(form: ReviewForm, slug: str, choice_id: uuid.UUID) -> bool:
    return form.carry_out(
        lambda session: save_review(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_host(session, current_person(), slug),
            choice_id=choice_id,
            version=form.expected_version,
            scores=form.scores(),
            conflict_of_interest=bool(form.conflict_of_interest.data),
            note=typed(form.note),
        )
    )


def _after_review(visit: Visit, choice_id: uuid.UUID) -> str:
    if request.form.get("action") == "next":
        following = find_next_to_read(reading(), visit, current_person())
        if following:
            return url_for("shortlist.review", slug=visit.slug, choice_id=following)
        return url_for("shortlist.board", slug=visit.slug)
    return url_for("shortlist.review", slug=visit.slug, choice_id=choice_id)


@blueprint.route("/host/<slug>/hand-over", methods=["GET", "POST"])
def hand_over(slug: str) -> ResponseReturnValue:
    """See what will be sent, then send it to the organiser."""
    get_visit_for_lead(reading(), current_person(), slug)
    form = HandOverForm()
    if form.validate_on_submit() and _hand_over(form, slug):
        flash(_("The shortlist is with the organiser."))
        return redirect(url_for("shortlist.board", slug=slug))
    return _hand_over_page(form, slug), 422 if form.is_submitted() else 200


def _hand_over_page(form: HandOverForm, slug: str) -> str:
    session = reading()
    visit = get_visit_for_lead(session, current_person(), slug)
    shortlist = find_shortlist(session, visit)
    form.version.data = str(shortlist.version)
    return render_template(
        "shortlist/hand_over.html",
        form=form,
        visit=visit,
        shortlist=shortlist,
        piles=count_piles(session, visit),
        group=find_group(session, visit),
        is_open=is_open(visit.call, request_time()),
    )


def _hand_over(form: HandOverForm, slug: str) -> bool:
    return form.carry_out(
        lambda session: hand_shortlist_over(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_lead(session, current_person(), slug),
            version=form.expected_version,
            note=typed(form.note),
        )
    )


@blueprint.post("/host/<slug>/reopen")
def reopen(slug: str) -> ResponseReturnValue:
    """The organiser gives a shortlist back to its host team."""
    try:
        with writing() as session:
            visit = get_visit_for_organiser(session, current_person(), slug)
            call_slug = visit.call.slug
            reopen_shortlist(session, actor=current_person(), now=request_time(), visit=visit)
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(_("The shortlist is open again; its host team has been told."))
    return redirect(url_for("organiser.call", slug=call_slug))
