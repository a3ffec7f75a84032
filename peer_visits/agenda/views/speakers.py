"""Speakers and host staff: who is named, asked and coming."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.agenda.access import get_speaker_of_visit
from peer_visits.agenda.forms_people import SpeakerForm, speaker_form
from peer_visits.agenda.models import AgendaSpeaker
from peer_visits.agenda.queries.sessions import (
    count_sessions_of_speakers,
    list_sessions_of_speaker,
    list_speakers,
)
from peer_visits.agenda.services import speakers as services
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import SPEAKER_STATES, words_of_windows
from peer_visits.kernel.errors import Refused
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.web.formats import say
from peer_visits.web.moment import request_time


@blueprint.get("/agenda/<slug>/speakers")
def speakers(slug: str) -> str:
    """Everybody who speaks or helps, and what they have said."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    return render_template(
        "agenda/speakers.html",
        visit=visit,
        speakers=list_speakers(reading(), visit.id),
        counts=count_sessions_of_speakers(reading(), visit.id),
        states=SPEAKER_STATES,
        words_of_windows=words_of_windows,
    )


@blueprint.route("/agenda/<slug>/speakers/new", methods=["GET", "POST"])
def new_speaker(slug: str) -> ResponseReturnValue:
    """Add a speaker."""
    get_visit_for_editor(reading(), current_person(), slug)
    form = speaker_form(None)
    if form.validate_on_submit() and form.carry_out(lambda session: _save(session, slug, form)):
        flash(_("The speaker is on the list."))
        return redirect(url_for("agenda.speakers", slug=slug))
    return _speaker_page(slug, form, None)


@blueprint.route("/agenda/<slug>/speakers/<uuid:speaker_id>", methods=["GET", "POST"])
def speaker(slug: str, speaker_id: uuid.UUID) -> ResponseReturnValue:
    """Change what is known about a speaker."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = speaker_form(get_speaker_of_visit(reading(), visit, speaker_id))
    if form.validate_on_submit() and form.carry_out(lambda session: _save(session, slug, form, speaker_id)):
        flash(_("The speaker is saved."))
        return redirect(url_for("agenda.speakers", slug=slug))
    return _speaker_page(slug, form, speaker_id)


def _save(session: Session, slug: str, form: SpeakerForm, speaker_id: uuid.UUID | None = None) -> None:
    visit = get_visit_for_editor(session, current_person(), slug)
    services.save_speaker(
        session,
        actor=current_person(),
        now=request_time(),
        visit=visit,
        content=form.content(),
        speaker=get_speaker_of_visit(session, visit, speaker_id) if speaker_id else None,
        version=form.expected_version,
    )


def _speaker_page(slug: str, form: SpeakerForm, speaker_id: uuid.UUID | None) -> ResponseReturnValue:
    visit = get_visit_for_editor(reading(), current_person(), slug)
    known: AgendaSpeaker | None = get_speaker_of_visit(reading(), visit, speaker_id) if speaker_id else None
    page = render_template(
        "agenda/speaker.html",
        visit=visit,
        form=form,
        speaker=known,
        sessions=list_sessions_of_speaker(reading(), known) if known else [],
        states=SPEAKER_STATES,
    )
    if known and form.is_submitted():
        form.version.data = str(known.version)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/agenda/<slug>/speakers/<uuid:speaker_id>/invite")
def invite_speaker(slug: str, speaker_id: uuid.UUID) -> ResponseReturnValue:
    """Mail a speaker the link by which they answer."""
    try:
        with writing() as session:
            visit = get_visit_for_editor(session, current_person(), slug)
            services.invite_speaker(
                session,
                actor=current_person(),
                now=request_time(),
                visit=visit,
                speaker=get_speaker_of_visit(session, visit, speaker_id),
            )
    except Refused as refusal:
        flash(say(refusal.reason), "error")
    else:
        flash(_("The invitation is on its way."))
    return redirect(url_for("agenda.speakers", slug=slug))


@blueprint.post("/agenda/<slug>/speakers/<uuid:speaker_id>/remove")
def remove_speaker(slug: str, speaker_id: uuid.UUID) -> ResponseReturnValue:
    """Take a speaker off the agenda; their sessions stay."""
    with writing() as session:
        visit = get_visit_for_editor(session, current_person(), slug)
        services.remove_speaker(
            session,
            actor=current_person(),
            now=request_time(),
            visit=visit,
            speaker=get_speaker_of_visit(session, visit, speaker_id),
        )
    flash(_("The speaker is off the agenda; the sessions stay."))
    return redirect(url_for("agenda.speakers", slug=slug))
