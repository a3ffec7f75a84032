"""The applicant's pages: my applications, the form, the check before sending, the receipt."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.accounts.rules import missing_in_profile
from peer_visits.applications.access import get_application_for_applicant
from peer_visits.applications.applying import (
    Applying,
    language_of,
    read_applying,
    save_as_typed,
    what_is_missing,
)
from peer_visits.applications.copies import read_application, read_copy, read_draft_copy
from peer_visits.applications.forms import ApplicationForm, form_for
from peer_visits.applications.queries import find_application, list_applications_of, list_versions
from peer_visits.applications.receipts import receipt_pdf
from peer_visits.applications.rules import ApplicationContent, may_keep, may_send
from peer_visits.applications.services.judging import eligibility_problems
from peer_visits.applications.services.saving import discard_changes
from peer_visits.applications.services.sending import submit_application
from peer_visits.applications.services.withdrawing import reopen_application
from peer_visits.applications.states import ApplicationState
from peer_visits.applications.uploads import take_files
from peer_visits.applications.views.blueprint import blueprint
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import CallRetention
from peer_visits.calls.rules import phase
from peer_visits.kernel.errors import NotFound, Refused, Stale
from peer_visits.questions.fields import FileAnswerField, data_of
from peer_visits.questions.queries import read_questionnaire
from peer_visits.questions.words import AUDIENCES
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.formats import clock, reader_zone, say
from peer_visits.web.forms import Form, VersionedForm
from peer_visits.web.moment import request_time


@blueprint.get("/applications")
def mine() -> str:
    """Every application of this person."""
    found = [
        (one, phase(one.call, request_time())) for one in list_applications_of(reading(), current_person())
    ]
    return render_template("applications/mine.html", applications=found)


@blueprint.route("/calls/<slug>/apply", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Write the application. It is saved whatever is missing; sending comes after a look at the whole."""
    applying = read_applying(reading(), current_person(), slug)
    if applying.application and applying.application.state is ApplicationState.WITHDRAWN:
        return redirect(url_for("applications.show", application_id=applying.application.id))
    form = applying.form()
    if form.validate_on_submit():
        files = take_files(form)
        _reuse_earlier(form, applying)
        kept = form.carry_out(
            lambda session: save_as_typed(session, current_person(), slug, form, files=files)
        )
        if kept and not form.has_errors:
            return _kept(slug)
    elif request.method == "GET" and "check" in request.args:
        _add_problems(form, applying)
    return _page(form, applying)


def _reuse_earlier(form: ApplicationForm, applying: Applying) -> None:
    """The button beside an earlier answer puts that answer into its field."""
    for section in form.sections:
        for question, field in section.questions:
            if request.form.get("action") == f"reuse_{question.id.hex}" and question.id in applying.earlier:
                field.data = data_of(question.definition, applying.earlier[question.id])


def _kept(slug: str) -> ResponseReturnValue:
    applying = read_applying(reading(), current_person(), slug)
    if not may_send(applying.call, applying.application, request_time()):
        flash(_("The call has closed. What you typed is kept as a draft, but it was not sent."), "warning")
        return redirect(_back_to_form(slug))
    if request.form.get("action") != "check":
        flash(_("Your draft is saved. Hosts do not see it before you send it."))
        return redirect(_back_to_form(slug))
    if what_is_missing(reading(), current_person(), applying):
        return redirect(_back_to_form(slug, check=1))
    return redirect(url_for("applications.check", slug=slug))


def _back_to_form(slug: str, **arguments: Any) -> str:
    """The form in the language it was read in."""
    return url_for("applications.edit", slug=slug, language=request.args.get("language"), **arguments)


def _add_problems(form: ApplicationForm, applying: Applying) -> None:
    for problem in what_is_missing(reading(), current_person(), applying):
        form.add_refusal(problem)


def _page(form: ApplicationForm, applying: Applying) -> ResponseReturnValue:
    call, person = applying.call, current_person()
    saved = find_application(reading(), person.id, call.id)
    is_stale = form.is_submitted() and saved is not None and saved.version != form.expected_version
    if is_stale and saved:
        form.version.data = str(saved.version)  # having seen both texts, the next press decides
    page = render_template(
        "applications/edit.html",
        form=form,
        call=call,
        application=saved,
        saved=_saved_copy(applying) if is_stale else None,
        is_open=may_send(call, saved, request_time()),
        is_kept=may_keep(call, saved, request_time()),
        gaps=missing_in_profile(person),
        not_eligible=eligibility_problems(person, call, saved),
        missing=_missing_links(form, applying),
        attachments=applying.attachments,
        earlier=applying.earlier,
        language=applying.language,
        languages=call.languages,
        AUDIENCES=AUDIENCES,
        retention=reading().get(CallRetention, call.id),
    )
    return page, 422 if form.has_errors else 200


def _saved_copy(applying: Applying) -> Any:
    saved = find_application(reading(), current_person().id, applying.call.id)
    if saved is None:
        return None
    read = read_copy if saved.draft is None else read_draft_copy
    return read(reading(), saved, language=applying.language)


def _missing_links(
    form: ApplicationForm, applying: Applying, *, only_form: bool = True
) -> list[dict[str, str]]:
    """What is still missing, each with the field to go to; what concerns the person has none."""
    return [
        {"field": _target(form, problem), "label": _label(form, problem), "reason": say(problem.reason)}
        for problem in what_is_missing(reading(), current_person(), applying, only_form=only_form)
    ]


def _target(form: ApplicationForm, problem: Refused) -> str:
    field = getattr(form, form.line_field(problem.field) or "", None)
    if isinstance(field, FileAnswerField):
        return f"file_{field.id}"
    is_group = field is not None and hasattr(field.widget, "prefix_label")
    return f"{field.id}-0" if is_group and field is not None else getattr(field, "id", "")


def _label(form: ApplicationForm, problem: Refused) -> str:
    field = getattr(form, form.line_field(problem.field) or "", None)
    return str(field.label.text) if field is not None else ""


@blueprint.post("/calls/<slug>/apply/save")
def autosave(slug: str) -> ResponseReturnValue:
    """What the page sends by itself while somebody types: saved as it stands."""
    applying = read_applying(reading(), current_person(), slug)
    form = applying.form()
    if not form.validate():
        return jsonify(
            error="invalid", reasons=[str(one) for errors in form.errors.values() for one in errors]
        ), 422
    try:
        with writing() as session:
            save_as_typed(session, current_person(), slug, form, by_itself=True)
    except Stale as stale:
        return jsonify(error="stale", reasons=[say(stale.reason)]), 409
    except Refused as refusal:
        return jsonify(error="refused", reasons=[say(refusal.reason)]), 422
    after = read_applying(reading(), current_person(), slug)
    return jsonify(
        version=after.application.version if after.application else 0,
        saved=_("Saved %(time)s", time=clock(request_time(), reader_zone())),
        missing=_missing_links(form, after),
    )


@blueprint.route("/calls/<slug>/apply/check", methods=["GET", "POST"])
def check(slug: str) -> ResponseReturnValue:
    """Read everything once more, then send it."""
    applying = read_applying(reading(), current_person(), slug)
    application = applying.application
    if application is None or application.draft is None:
        return redirect(url_for("applications.edit", slug=slug))
    form = VersionedForm(data={"version": application.version})
    if form.validate_on_submit() and form.carry_out(
        lambda session: submit_application(
            session,
            actor=current_person(),
            now=request_time(),
            call_id=applying.call.id,
            version=form.expected_version,
        )
    ):
        flash(_("Your application is sent. A receipt with all your answers is on its way by mail."))
        return redirect(url_for("applications.show", application_id=application.id))
    page = render_template(
        "applications/check.html",
        form=form,
        call=applying.call,
        application=application,
        copy=read_draft_copy(reading(), application, language=applying.language),
        missing=_missing_links(applying.form(), applying, only_form=False),
        is_open=may_send(applying.call, application, request_time()),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/applications/<uuid:application_id>")
def show(application_id: uuid.UUID) -> str:
    """What was sent, and what can still be done with it."""
    application = get_application_for_applicant(reading(), current_person(), application_id)
    language = language_of(application.call, current_person())
    return render_template(
        "applications/show.html",
        application=application,
        copy=read_application(reading(), application, language=language),
        versions=list_versions(reading(), application.id),
        is_open=may_send(application.call, application, request_time()),
    )


@blueprint.get("/applications/<uuid:application_id>/receipt.pdf")
def receipt(application_id: uuid.UUID) -> Response:
    """What was sent, as a document to keep. Nothing for an application that was never sent."""
    application = get_application_for_applicant(reading(), current_person(), application_id)
    if not application.submitted_at:
        raise NotFound
    copy = read_copy(reading(), application, language=language_of(application.call, current_person()))
    name = f"application-{application.call.slug}.pdf"
    response = Response(receipt_pdf(application, current_person(), copy), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/applications/<uuid:application_id>/reopen")
def reopen(application_id: uuid.UUID) -> ResponseReturnValue:
    """Start a withdrawn application again."""
    with writing() as session:
        application = get_application_for_applicant(session, current_person(), application_id)
        reopen_application(session, actor=current_person(), now=request_time(), application=application)
        slug = application.call.slug
    flash(_("Your application is a draft again. Send it before the deadline."))
    return redirect(url_for("applications.edit", slug=slug))


@blueprint.post("/applications/<uuid:application_id>/discard")
def discard(application_id: uuid.UUID) -> ResponseReturnValue:
    """Forget changes that were not sent."""
    application = get_application_for_applicant(reading(), current_person(), application_id)
    form = Form()
    if form.validate_on_submit() and form.carry_out(
        lambda session: discard_changes(
            session,
            actor=current_person(),
            now=request_time(),
            application=get_application_for_applicant(session, current_person(), application_id),
        )
    ):
        flash(_("Your changes are discarded. What you sent before stands."))
    return redirect(url_for("applications.show", application_id=application.id))


@blueprint.get("/organise/calls/<slug>/questions/preview")
def form_preview(slug: str) -> str:
    """The organiser looks at the form as an applicant will; nothing in it can be saved."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    language = language_of(call, current_person(), request.args.get("language", ""))
    form = form_for(
        call,
        list_visits_of_call(reading(), call.id),
        read_questionnaire(reading(), call.id),
        ApplicationContent(),
        language=language,
        blank=True,
    )
    return render_template("applications/preview.html", call=call, form=form, language=language)
