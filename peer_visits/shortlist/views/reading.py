"""One application at a time: reading and scoring it."""

from __future__ import annotations

import uuid
from functools import partial

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_published_call
from peer_visits.files.serving import send_bare, send_stored
from peer_visits.shortlist.access import (
    get_attachment_for_host,
    get_choice_for_host,
    list_answers_for_host,
    list_visible_reviews,
)
from peer_visits.shortlist.forms import ReviewForm, review_form
from peer_visits.shortlist.identity import are_names_hidden, as_seen
from peer_visits.shortlist.queries.reading import find_neighbours, find_next_to_read, find_review
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.services.revealing import may_score
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import (
    get_visit_for_host,
    is_lead,
)
from peer_visits.visits.models import Visit
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/host/<slug>/choices/<uuid:choice_id>", methods=["GET", "POST"])
def review(slug: str, choice_id: uuid.UUID) -> ResponseReturnValue:
    """Read one application as far as it concerns this visit, and score it."""
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    get_choice_for_host(session, visit, choice_id, reader=person)
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
    choice = get_choice_for_host(session, visit, choice_id, reader=current_person())
    hidden = are_names_hidden(session, visit)
    found, name = get_attachment_for_host(session, choice, attachment_id, hidden=hidden)
    return send_bare(found.file, name=name) if hidden else send_stored(found.file, name=name)


def _review_page(form: ReviewForm, slug: str, choice_id: uuid.UUID) -> str:
    """Reads everything anew: a refused command leaves nothing of what was read before it."""
    session, person = reading(), current_person()
    visit = get_visit_for_host(session, person, slug)
    choice = get_choice_for_host(session, visit, choice_id, reader=person)
    reviews = list_visible_reviews(
        session, choice_id, reader=person, sees_team=is_lead(session, person, visit)
    )
    hidden, shortlist = are_names_hidden(session, visit), find_shortlist(session, visit)
    mine = next((one for one in reviews if one.reviewer_id == person.id), None)
    form.version.data = str(mine.version if mine else 0)
    return render_template(
        "shortlist/review.html",
        answers=list_answers_for_host(session, choice, hidden=hidden),
        seen=as_seen(choice_id, choice.application.person, hidden=hidden),
        file_url=partial(url_for, "shortlist.attachment", slug=slug, choice_id=choice_id),
        form=form,
        visit=visit,
        choice=choice,
        mine=mine,
        others=[one for one in reviews if one is not mine],
        shortlist=shortlist,
        may_score=may_score(shortlist, visit),
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
