"""Taking passages out of what hosts read."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.organiser.access import get_application_for_organiser
from peer_visits.organiser.forms import RedactForm
from peer_visits.organiser.views.blueprint import blueprint
from peer_visits.shortlist.queries.redactions import list_redactions
from peer_visits.shortlist.services.redacting import redact as redact_passage
from peer_visits.shortlist.services.redacting import show_again
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/organise/applications/<uuid:application_id>/passages", methods=["GET", "POST"])
def redact(application_id: uuid.UUID) -> ResponseReturnValue:
    """The passages hosts do not read; posting adds one."""
    get_application_for_organiser(reading(), current_person(), application_id)
    form = RedactForm()
    if form.validate_on_submit() and form.carry_out(
        lambda session: redact_passage(
            session,
            actor=current_person(),
            now=request_time(),
            application=get_application_for_organiser(session, current_person(), application_id),
            passage=typed(form.passage),
        )
    ):
        flash(_("Hosts no longer read this passage."))
        return redirect(url_for("organiser.redact", application_id=application_id))
    page = render_template(
        "organiser/redact.html",
        form=form,
        application=get_application_for_organiser(reading(), current_person(), application_id),
        redactions=list_redactions(reading(), application_id),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organise/applications/<uuid:application_id>/passages/<uuid:redaction_id>/show")
def unredact(application_id: uuid.UUID, redaction_id: uuid.UUID) -> ResponseReturnValue:
    """Let hosts read a passage again."""
    with writing() as session:
        show_again(
            session,
            actor=current_person(),
            now=request_time(),
            application=get_application_for_organiser(session, current_person(), application_id),
            redaction_id=redaction_id,
        )
    flash(_("Hosts read this passage again."))
    return redirect(url_for("organiser.redact", application_id=application_id))
