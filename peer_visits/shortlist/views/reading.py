"""One application at a time: reading and scoring it."""

from __future__ import annotations

import uuid
from functools import partial

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_published_call
from peer_visits.kernel.errors import NotFound, Refused, Stale
from peer_visits.shortlist.access import (
    get_choice_for_host,
    list_answers_for_host,
    list_motivations_for_hosts,
    list_visible_reviews,
)
from peer_visits.shortlist.forms import ReviewForm, review_form
from peer_visits.shortlist.identity import are_names_hidden, as_seen
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.queries.reading import (
    find_next_to_read,
    find_review,
    is_withdrawn,
    read_queue,
)
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.reading_words import words_of_left, words_of_own_score
from peer_visits.shortlist.services.reading import WITHDRAWN, save_review
from peer_visits.shortlist.services.revealing import may_score
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_host, is_lead
from peer_visits.visits.models import Visit
from peer_visits.web.formats import clock, reader_zone, say
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/host/<slug>/choices/<uuid:choice_id>", methods=["GET", "POST"])
def review(slug: str, choice_id: uuid.UUID) -> ResponseReturnValue:
    """Read one application as far as it concerns this visit, and score it."""
    session = reading()
    visit = get_visit_for_host(session, current_person(), slug)
    if _is_gone(session, visit, choice_id):
        return _withdrawn_page(visit), 410
    if request.method == "GET":
        return _review_page(slug, choice_id)
    form = _form(session, visit, find_review(session, current_person(), choice_id))
    if form.validate() and form.carry_out(partial(_save, form=form, slug=slug, choice_id=choice_id)):
        flash(_("Your reading is saved."))
        return redirect(_after_review(visit, choice_id))
    return _review_page(slug, choice_id, form), 422


@blueprint.post("/host/<slug>/choices/<uuid:choice_id>/save")
def autosave_review(slug: str, choice_id: uuid.UUID) -> ResponseReturnValue:
    """What the page sends by itself while somebody reads and scores."""
    session = reading()
    visit = get_visit_for_host(session, current_person(), slug)
    if _is_gone(session, visit, choice_id):
        return jsonify(error="withdrawn", reasons=[say(WITHDRAWN)]), 410
    form = _form(session, visit, find_review(session, current_person(), choice_id))
    if not form.validate():
        wrong = {field.id: " ".join(field.errors) for field in form if field.errors}
        return jsonify(error="invalid", reasons=list(wrong.values()), fields=wrong), 422
    try:
        with writing() as saving:
            _save(saving, form=form, slug=slug, choice_id=choice_id, by_itself=True)
    except Stale as stale:
        return jsonify(error="stale", reasons=[say(stale.reason)]), 409
    except Refused as refusal:
        return jsonify(error="refused", reasons=[say(refusal.reason)]), 422
    return _saved(visit, choice_id)


def _is_gone(session: Session, visit: Visit, choice_id: uuid.UUID) -> bool:
    """Whether it has been withdrawn. Raises NotFound for what never was to be read here."""
    try:
        get_choice_for_host(session, visit, choice_id, reader=current_person())
    except NotFound:
        if is_withdrawn(session, visit, choice_id):
            return True
        raise
    return False


def _form(session: Session, visit: Visit, mine: Review | None) -> ReviewForm:
    return review_form(get_published_call(session, visit.call.slug).criteria, mine)


def _saved(visit: Visit, choice_id: uuid.UUID) -> ResponseReturnValue:
    session, person = reading(), current_person()
    mine = find_review(session, person, choice_id)
    return jsonify(
        version=mine.version if mine else 0,
        saved=_("Saved %(time)s", time=clock(request_time(), reader_zone())),
        left=words_of_left(read_queue(session, visit, person).left),
        score=words_of_own_score(mine),
    )


def _review_page(slug: str, choice_id: uuid.UUID, form: ReviewForm | None = None) -> str:
    """Reads everything anew: a refused command leaves nothing of what was read before it."""
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    choice = get_choice_for_host(session, visit, choice_id, reader=person)
    leads, queue = is_lead(session, person, visit), read_queue(session, visit, person)
    reviews = list_visible_reviews(session, choice_id, reader=person, sees_team=leads)
    hidden, shortlist = are_names_hidden(session, visit), find_shortlist(session, visit)
    mine = next((one for one in reviews if one.reviewer_id == person.id), None)
    form = form or _form(session, visit, mine)
    form.version.data = str(mine.version if mine else 0)
    return render_template(
        "shortlist/review.html",
        answers=list_answers_for_host(session, choice, hidden=hidden),
        motivation=list_motivations_for_hosts(session, [choice])[choice_id],
        seen=as_seen(choice_id, choice.application.person, hidden=hidden),
        file_url=partial(url_for, "shortlist.attachment", slug=slug, choice_id=choice_id),
        preview_url=partial(url_for, "shortlist.preview", slug=slug, choice_id=choice_id),
        form=form,
        visit=visit,
        choice=choice,
        mine=mine,
        titles=dict(zip(form.criterion_ids, (one.label.text for one in form.score_fields), strict=True)),
        others=[one for one in reviews if one is not mine],
        leads=leads,
        shortlist=shortlist,
        may_score=may_score(shortlist, visit),
        neighbours=queue.neighbours(choice_id),
        left=words_of_left(queue.left),
        own_score=words_of_own_score(mine),
    )


def _withdrawn_page(visit: Visit) -> str:
    """Says so, and shows back what was typed."""
    form = review_form((), None)
    notes = [
        (field.label.text, typed(field))
        for field in (form.private_note, form.note)
        if request.form and field.data
    ]
    following = find_next_to_read(reading(), visit, current_person())
    return render_template("shortlist/withdrawn.html", visit=visit, notes=notes, next_to_read=following)


def _save(
    session: Session, *, form: ReviewForm, slug: str, choice_id: uuid.UUID, by_itself: bool = False
) -> None:
    save_review(
        session,
        actor=current_person(),
        now=request_time(),
        visit=get_visit_for_host(session, current_person(), slug),
        choice_id=choice_id,
        version=form.expected_version,
        scores=form.scores(),
        recommendation=form.advice(),
        conflict_of_interest=False,
        note=typed(form.note),
        private_note=typed(form.private_note),
        by_itself=by_itself,
    )


def _after_review(visit: Visit, choice_id: uuid.UUID) -> str:
    if request.form.get("action") == "next":
        following = find_next_to_read(reading(), visit, current_person())
        if following:
            return url_for("shortlist.review", slug=visit.slug, choice_id=following)
        return url_for("shortlist.board", slug=visit.slug)
    return url_for("shortlist.review", slug=visit.slug, choice_id=choice_id)
