"""The survey by its mailed link, and its results for host and organiser."""

from __future__ import annotations

from datetime import datetime, time

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_programme_for_organiser
from peer_visits.followup.survey.access import get_survey_for_organiser
from peer_visits.followup.survey.forms import ClosingForm, OpenForm, SurveyForm
from peer_visits.followup.survey.models import Survey, SurveyTicket
from peer_visits.followup.survey.queries import (
    find_ticket,
    find_ticket_of_person,
    read_programme,
    read_results,
)
from peer_visits.followup.survey.reminders import answer_links
from peer_visits.followup.survey.rules import FEWEST, Question, Remark, Side, is_open
from peer_visits.followup.survey.services import answer_survey, open_survey, set_closing
from peer_visits.followup.survey.tables import csv_of_programme, csv_of_visit, series_of
from peer_visits.followup.survey.words import QUESTIONS, REMARKS, SHORT, SIDES
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc, to_wall
from peer_visits.places.links import AnswerLinks
from peer_visits.places.models import Place
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor, get_visit_for_organiser, is_organiser
from peer_visits.visits.models import Visit
from peer_visits.web.limits import limiter
from peer_visits.web.moment import request_time

blueprint = Blueprint("survey", __name__)
_WORDS = {"Side": Side, "Question": Question, "Remark": Remark, "SIDES": SIDES, "SHORT": SHORT}
_WORDS |= {"QUESTIONS": QUESTIONS, "REMARKS": REMARKS, "FEWEST": FEWEST}


@blueprint.app_context_processor
def _for_other_rooms() -> dict[str, object]:
    """What the page of a place asks."""
    return {"survey_link_of": _survey_link_of}


def _survey_link_of(place: Place) -> str | None:
    """The address of the open survey that waits for an answer of this place's person."""
    ticket = find_ticket_of_person(reading(), place.visit_id, place.person_id)
    if ticket is None or ticket.is_answered or not _takes_answers(ticket):
        return None
    return url_for("survey.answer", secret=_links().make(ticket.id))


def _links() -> AnswerLinks:
    return answer_links(current_app.extensions["session_info"]["mail"].secret)


def _takes_answers(ticket: SurveyTicket) -> bool:
    return is_open(ticket.survey.closes_at, ticket.survey.closed_at, request_time())


@blueprint.route("/survey/<secret>", methods=["GET", "POST"])
@limiter.limit("120 per minute")  # a whole group may answer from one room
def answer(secret: str) -> ResponseReturnValue:
    """The questions of a mailed link. Opening it changes nothing, as a mail scanner does; only the button answers."""
    form, ticket_id = SurveyForm(), _links().read(secret)
    ticket = find_ticket(reading(), ticket_id)
    if ticket is not None:
        form.word_for(ticket.side)
    if ticket is not None and form.validate_on_submit():
        answers, remarks = form.answers(), form.remarks()
        if form.carry_out(
            lambda writer: answer_survey(
                writer,
                now=request_time(),
                ticket=_ticket(find_ticket(writer, ticket_id)),
                answers=answers,
                remarks=remarks,
            )
        ):
            return redirect(url_for("survey.answer", secret=secret))
    ticket = find_ticket(reading(), ticket_id)
    takes = ticket is not None and not ticket.is_answered and _takes_answers(ticket)
    page = render_template("survey/answer.html", ticket=ticket, takes=takes, form=form, **_WORDS)
    return page, 422 if form.is_submitted() else 200


def _ticket(found: SurveyTicket | None) -> SurveyTicket:
    if found is None:
        raise Refused(phrase("The survey is closed; it takes no answers any more."))
    return found


# For the host and the organiser


@blueprint.get("/visits/<slug>/survey")
def of_visit(slug: str) -> str:
    """What the survey of a visit found, or how far it is."""
    return _page_of_visit(slug)


@blueprint.post("/visits/<slug>/survey")
def open_now(slug: str) -> ResponseReturnValue:
    """Open the survey without waiting for the end of the visit, or where its days are not known."""
    form = OpenForm()
    get_visit_for_organiser(reading(), current_person(), slug)
    if form.validate_on_submit() and form.carry_out(
        lambda writer: open_survey(
            writer,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_organiser(writer, current_person(), slug),
        )
    ):
        flash(
            _(
                "The survey is open. Everybody asked gets a mail: soon, or the morning after the visit’s last day."
            )
        )
        return redirect(url_for("survey.of_visit", slug=slug))
    return _page_of_visit(slug, open_form=form), 422


@blueprint.post("/visits/<slug>/survey/closing")
def closing(slug: str) -> ResponseReturnValue:
    """Move the last day of the survey."""
    form = ClosingForm()
    visit = get_visit_for_organiser(reading(), current_person(), slug)
    if form.validate_on_submit() and form.closes_on.data:
        closes_at = to_utc(datetime.combine(form.closes_on.data, time(23, 59, 59)), visit.zone)
        if form.carry_out(
            lambda writer: set_closing(
                writer,
                actor=current_person(),
                now=request_time(),
                survey=get_survey_for_organiser(writer, current_person(), slug),
                version=form.expected_version,
                closes_at=closes_at,
            )
        ):
            flash(_("The last day for answers is saved."))
            return redirect(url_for("survey.of_visit", slug=slug))
    return _page_of_visit(slug, closing_form=form), 422


def _page_of_visit(
    slug: str, *, open_form: OpenForm | None = None, closing_form: ClosingForm | None = None
) -> str:
    visit = get_visit_for_editor(reading(), current_person(), slug)
    found = read_results(reading(), visit.id)
    return render_template(
        "survey/of_visit.html",
        visit=visit,
        found=found,
        series=series_of(found.shown) if found else [],
        organises=is_organiser(reading(), current_person(), visit),
        open_form=open_form or OpenForm(formdata=None),
        closing_form=closing_form or (_closing_form(found.survey, visit) if found else None),
        **_WORDS,
    )


def _closing_form(survey: Survey, visit: Visit) -> ClosingForm:
    last = to_wall(survey.closes_at, visit.zone).date()
    return ClosingForm(formdata=None, data={"version": survey.version, "closes_on": last})


@blueprint.get("/visits/<slug>/survey.csv")
def visit_csv(slug: str) -> Response:
    """What may be shown of a visit, as a file."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    return _file(csv_of_visit(read_results(reading(), visit.id)), f"{slug}-survey.csv")


# For the organiser alone


@blueprint.get("/organise/programmes/<slug>/survey")
def of_programme(slug: str) -> str:
    """The surveys of all visits side by side, and added up."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    found = read_programme(reading(), programme.id)
    return render_template(
        "survey/of_programme.html",
        programme=programme,
        found=found,
        series=series_of(found.totals),
        **_WORDS,
    )


@blueprint.get("/organise/programmes/<slug>/survey.csv")
def programme_csv(slug: str) -> Response:
    """All surveys of a programme as a file."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    return _file(csv_of_programme(read_programme(reading(), programme.id)), f"{slug}-survey.csv")


def _file(content: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + content, mimetype="text/csv", headers=headers)
