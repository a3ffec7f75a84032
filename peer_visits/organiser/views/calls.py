"""The organiser's pages over several rooms: calls at a glance, applications, the log, the mail."""

from __future__ import annotations

import uuid
from functools import partial

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.applications.access import get_attachment
from peer_visits.applications.copies import make_reader, read_application, read_files
from peer_visits.applications.exceptions import ask_to_complete, let_in
from peer_visits.applications.models import ForgottenApplication
from peer_visits.applications.queries import list_versions
from peer_visits.applications.services.judging import eligibility_problems
from peer_visits.calls.access import get_call_for_organiser, get_programme_for_organiser
from peer_visits.calls.queries import list_calls_of, list_programmes_of
from peer_visits.calls.rules import phase, read_promise
from peer_visits.files.serving import send_stored
from peer_visits.kernel.errors import NotFound
from peer_visits.library.queries import count_late
from peer_visits.organiser import queries
from peer_visits.organiser.access import get_application_for_organiser
from peer_visits.organiser.forms import LetInForm, completion_form
from peer_visits.organiser.listing import asked_words
from peer_visits.organiser.overview import read_figures, read_overview
from peer_visits.organiser.services import close_call as close_call_now
from peer_visits.organiser.views.blueprint import blueprint
from peer_visits.organiser.words import action_words, detail_words
from peer_visits.outbox.gates import find_flag
from peer_visits.outbox.health import read_trouble
from peer_visits.shortlist.rules import are_shortlists_late
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import Form, typed
from peer_visits.web.moment import request_time
from peer_visits.web.pages import fetch_page, requested_page


@blueprint.route("/organise")
def home() -> ResponseReturnValue:
    """The programmes and calls this person organises."""
    calls = list_calls_of(reading(), current_person())
    programmes = list_programmes_of(reading(), current_person())
    return render_template(
        "organiser/home.html",
        programmes=programmes,
        trouble=read_trouble(reading(), [one.id for one in programmes], request_time()),
        calls=calls,
        phases={call.id: phase(call, request_time()) for call in calls},
        figures=read_figures(reading(), [call.id for call in calls]),
        late_reports=count_late(reading(), [call.id for call in calls], request_time().date()),
    )


@blueprint.route("/organise/calls/<slug>")
def call(slug: str) -> ResponseReturnValue:
    """A call at a glance: what is due, and how far every visit is."""
    found = get_call_for_organiser(reading(), current_person(), slug)
    return render_template(
        "organiser/call.html",
        call=found,
        stage=phase(found, request_time()),
        promise=read_promise(found, request_time()),
        overview=read_overview(reading(), found),
        is_late=are_shortlists_late(found.shortlists_by, found.zone, request_time()),
        late_reports=count_late(reading(), [found.id], request_time().date())[found.id],
        trouble=read_trouble(reading(), [found.programme_id], request_time()),
    )


@blueprint.route("/organise/calls/<slug>/close", methods=["GET", "POST"])
def close_call(slug: str) -> ResponseReturnValue:
    """Close an open call before its time, having seen whom that meets."""
    found, form = get_call_for_organiser(reading(), current_person(), slug), Form()
    if form.validate_on_submit() and form.carry_out(partial(_close, slug=slug)):
        flash(_("The call is closed. Hosts can hand their shortlists over now."))
        return redirect(url_for("organiser.call", slug=slug))
    drafts = len(queries.list_drafts(reading(), found.id))
    page = render_template("organiser/close_call.html", call=found, form=form, drafts=drafts)
    return page, 422 if form.is_submitted() else 200


def _close(session: Session, slug: str) -> None:
    found = get_call_for_organiser(session, current_person(), slug)
    close_call_now(session, actor=current_person(), now=request_time(), call=found)


@blueprint.route("/organise/applications/<uuid:application_id>")
def application(application_id: uuid.UUID) -> ResponseReturnValue:
    """Everything about one application."""
    found = get_application_for_organiser(reading(), current_person(), application_id)
    choices = [choice.id for choice in found.choices]
    return render_template(
        "organiser/application.html",
        application=found,
        copy=read_application(reading(), found),
        file_url=partial(url_for, "organiser.attachment", application_id=application_id),
        person=found.person,
        call=found.call,
        reviews=queries.list_reviews_by_choice(reading(), choices),
        entries=queries.list_entries_by_choice(reading(), choices),
        places=queries.list_places_by_choice(reading(), choices),
        waiting=queries.list_waiting_by_choice(reading(), choices),
        mails=queries.list_mails_to(reading(), found.person_id, found.call.programme_id),
        bounced=find_flag(reading(), found.person.email),
        not_eligible=eligibility_problems(found.person, found.call, None),
        versions=list_versions(reading(), application_id),
        history=queries.list_history(reading(), application_id),
        action_words=action_words,
        forgotten=reading().get(ForgottenApplication, application_id),
    )


@blueprint.route("/organise/applications/<uuid:application_id>/let-in", methods=["GET", "POST"])
def let_in_applicant(application_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody apply whom the rules keep out, with a reason."""
    found = get_application_for_organiser(reading(), current_person(), application_id)
    form = LetInForm(data={"reason": found.allowed_reason})
    if form.validate_on_submit() and form.carry_out(
        lambda session: let_in(
            session,
            actor=current_person(),
            now=request_time(),
            application=get_application_for_organiser(session, current_person(), application_id),
            reason=typed(form.reason),
        )
    ):
        flash(_("Your decision is kept in the log."))
        return redirect(url_for("organiser.application", application_id=application_id))
    found = get_application_for_organiser(reading(), current_person(), application_id)
    problems = eligibility_problems(found.person, found.call, None)
    page = render_template("organiser/let_in.html", application=found, form=form, problems=problems)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/organise/applications/<uuid:application_id>/complete", methods=["GET", "POST"])
def ask_applicant(application_id: uuid.UUID) -> ResponseReturnValue:
    """Ask one applicant to complete something after the deadline."""
    found = get_application_for_organiser(reading(), current_person(), application_id)
    form = completion_form(found.call)
    if form.validate_on_submit() and form.carry_out(
        lambda session: ask_to_complete(
            session,
            actor=current_person(),
            now=request_time(),
            application=get_application_for_organiser(session, current_person(), application_id),
            until=form.moment,
            note=typed(form.note),
        )
    ):
        flash(_("The application is open for this person again, and a mail tells them."))
        return redirect(url_for("organiser.application", application_id=application_id))
    found = get_application_for_organiser(reading(), current_person(), application_id)
    page = render_template("organiser/ask_applicant.html", application=found, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/organise/applications/<uuid:application_id>/versions/<int:number>")
def version(application_id: uuid.UUID, number: int) -> str:
    """What was sent at one time, as it was then."""
    found = get_application_for_organiser(reading(), current_person(), application_id)
    sent = next((one for one in list_versions(reading(), application_id) if one.number == number), None)
    if sent is None:
        raise NotFound
    reader = make_reader(reading(), found.call_id)
    return render_template(
        "organiser/version.html",
        application=found,
        version=sent,
        copy=reader.copy(sent.content, read_files(reading(), [found], reader)),
        file_url=partial(url_for, "organiser.attachment", application_id=application_id),
    )


@blueprint.get("/organise/applications/<uuid:application_id>/files/<uuid:attachment_id>")
def attachment(application_id: uuid.UUID, attachment_id: uuid.UUID) -> Response:
    """A file given with an application."""
    found = get_application_for_organiser(reading(), current_person(), application_id)
    return send_stored(get_attachment(reading(), found, attachment_id).file)


@blueprint.route("/organise/programmes/<slug>/log")
def log(slug: str) -> ResponseReturnValue:
    """Who did what, when."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    actions = queries.list_actions(reading(), programme.id)
    chosen = next((action for action in actions if action == request.args.get("action")), "")
    query = queries.log_of_programme(programme.id, action=chosen, words=asked_words())
    return render_template(
        "organiser/log.html",
        programme=programme,
        actions=sorted(actions, key=action_words),
        chosen=chosen,
        words=asked_words(),
        page=fetch_page(reading(), query, requested_page()),
        action_words=action_words,
        detail_words=detail_words,
    )
