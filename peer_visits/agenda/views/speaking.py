"""A speaker's own page, reached by the mailed link: whether and when they can, and what may be shown of them."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.agenda.access import get_material_for_speaker
from peer_visits.agenda.forms_people import SpeakingForm, speaking_form
from peer_visits.agenda.models import AgendaSpeaker
from peer_visits.agenda.queries.sessions import find_speaker_by_secret, list_sessions_of_speaker
from peer_visits.agenda.services.speakers import SpeakerAnswer, answer_invitation
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.views.sessions import with_file
from peer_visits.agenda.words import days_of
from peer_visits.files.kinds import FileKind
from peer_visits.files.models import StoredFile
from peer_visits.files.serving import send_stored
from peer_visits.kernel.zones import zone_names
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time

PICTURES = frozenset({FileKind.PNG, FileKind.JPEG})


@blueprint.route("/speaking/<secret>", methods=["GET", "POST"])
def speaking(secret: str) -> ResponseReturnValue:
    """Answer an invitation to speak. Opening the link uses nothing up."""
    speaker = find_speaker_by_secret(reading(), secret)
    if speaker is None:
        return render_template("agenda/speaking_gone.html"), 410
    visit = reading().get_one(Visit, speaker.visit_id)
    form = speaking_form(speaker, days_of(visit))
    if form.validate_on_submit() and with_file(
        form, "picture", lambda session, file: _answer(session, secret, form, file), PICTURES
    ):
        flash(_("Thank you. Your answer is saved; you can change it here at any time."))
        return redirect(url_for("agenda.speaking", secret=secret))
    return _page(secret, form)


@blueprint.get("/speaking/<secret>/material/<uuid:session_id>")
def speakers_material(secret: str, session_id: uuid.UUID) -> ResponseReturnValue:
    """A session's file, for somebody who speaks and needs no account."""
    speaker = find_speaker_by_secret(reading(), secret)
    if speaker is None:
        return render_template("agenda/speaking_gone.html"), 410
    return send_stored(get_material_for_speaker(reading(), speaker, session_id))


def _answer(session: Session, secret: str, form: SpeakingForm, file: StoredFile | None) -> None:
    known = find_speaker_by_secret(session, secret)
    kept = known.picture if known and not form.drop_picture.data else None
    answer = SpeakerAnswer(
        comes=form.comes.data == "yes",
        zone=typed(form.zone),
        windows=form.said_windows(),
        biography=typed(form.biography),
        consents=bool(form.consents.data),
        picture=file or kept,
        consent_words=str(form.consents.label.text),
    )
    answer_invitation(session, now=request_time(), secret=secret, answer=answer)


def _page(secret: str, form: SpeakingForm) -> ResponseReturnValue:
    speaker: AgendaSpeaker | None = find_speaker_by_secret(reading(), secret)
    if speaker is None:
        return render_template("agenda/speaking_gone.html"), 410
    visit = reading().get_one(Visit, speaker.visit_id)
    page = render_template(
        "agenda/speaking.html",
        form=form,
        speaker=speaker,
        secret=secret,
        visit=visit,
        sessions=list_sessions_of_speaker(reading(), speaker),
        zones=sorted(zone_names()),
    )
    return page, 422 if form.is_submitted() else 200
