"""The applicant's pages: my applications, the application itself, its receipt."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.accounts.rules import missing_in_profile
from peer_visits.applications.access import get_application_for_applicant
from peer_visits.applications.forms import ApplicationForm, form_for
from peer_visits.applications.models import Application
from peer_visits.applications.queries import find_application, list_applications_of
from peer_visits.applications.services import (
    reopen_application,
    save_draft,
    submit_application,
)
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.access import get_published_call
from peer_visits.calls.models import Call
from peer_visits.calls.rules import is_open, phase
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.moment import request_time

blueprint = Blueprint("applications", __name__)


@blueprint.get("/applications")
def mine() -> str:
    """Every application of this person."""
    found = [
        (one, phase(one.call, request_time())) for one in list_applications_of(reading(), current_person())
    ]
    return render_template("applications/mine.html", applications=found)


@blueprint.route("/calls/<slug>/apply", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Write the application: keep it as a draft, or send it."""
    call = get_published_call(reading(), slug)
    visits = list_visits_of_call(reading(), call.id)
    application = find_application(reading(), current_person().id, call.id)
    if application and application.state is ApplicationState.WITHDRAWN:
        return redirect(url_for("applications.show", application_id=application.id))
    form = form_for(call, visits, application)
    if form.validate_on_submit() and _carry_out(form, call):
        return _kept(call)
    return _page(form, call, application)


def _carry_out(form: ApplicationForm, call: Call) -> bool:
    service = submit_application if _wants_to_send() else save_draft
    person, call_id, content = current_person(), call.id, form.content()
    return form.carry_out(
        lambda session: service(
            session,
            actor=person,
            now=request_time(),
            call_id=call_id,
            version=form.expected_version,
            content=content,
        )
    )


def _wants_to_send() -> bool:
    return request.form.get("action") == "send"


def _kept(call: Call) -> ResponseReturnValue:
    if not _wants_to_send():
        flash(_("Your draft is saved. Hosts do not see it before you send it."))
        return redirect(url_for("applications.edit", slug=call.slug))
    application = find_application(reading(), current_person().id, call.id)
    flash(_("Your application is sent. A receipt with all your answers is on its way by mail."))
    return redirect(url_for("applications.show", application_id=application.id if application else None))


def _page(form: ApplicationForm, call: Call, application: Application | None) -> ResponseReturnValue:
    saved = find_application(reading(), current_person().id, call.id)
    is_stale = form.is_submitted() and saved is not None and saved.version != form.expected_version
    if is_stale and saved:
        form.version.data = str(saved.version)  # having seen both texts, the next press decides
    page = render_template(
        "applications/edit.html",
        form=form,
        call=call,
        application=application,
        saved=saved if is_stale else None,
        is_open=is_open(call, request_time()),
        gaps=missing_in_profile(current_person()),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/applications/<uuid:application_id>")
def show(application_id: uuid.UUID) -> str:
    """What was sent, and what can still be done with it."""
    application = get_application_for_applicant(reading(), current_person(), application_id)
    return render_template(
        "applications/show.html", application=application, is_open=is_open(application.call, request_time())
    )


@blueprint.post("/applications/<uuid:application_id>/reopen")
def reopen(application_id: uuid.UUID) -> ResponseReturnValue:
    """Start a withdrawn application again."""
    with writing() as session:
        application = get_application_for_applicant(session, current_person(), application_id)
        reopen_application(session, actor=current_person(), now=request_time(), application=application)
        slug = application.call.slug
    flash(_("Your application is a draft again. Send it before the deadline."))
    return redirect(url_for("applications.edit", slug=slug))
