"""The organiser's list of applications: filtered, in chosen columns, saved as a view, exported."""

from __future__ import annotations

import uuid
from functools import partial
from urllib.parse import urlencode

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.accounts.forms import KINDS
from peer_visits.applications.copies import make_reader
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.services import record
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.organiser import queries
from peer_visits.organiser.columns import DEFAULT, chosen_columns, fixed_columns, make_row, question_columns
from peer_visits.organiser.exporting import export_columns, export_rows, write_xlsx
from peer_visits.organiser.forms import ViewForm
from peer_visits.organiser.listing import (
    asked_columns,
    asked_filter,
    same_page,
    sort_url,
    state_chips,
    view_arguments,
)
from peer_visits.organiser.services import forget_view, save_view
from peer_visits.organiser.views.blueprint import blueprint
from peer_visits.questions.queries import read_questionnaire
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.cells import csv_lines
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time
from peer_visits.web.pages import fetch_page, requested_page
from peer_visits.web.workbooks import send_workbook


def _call(slug: str, session: Session | None = None) -> Call:
    return get_call_for_organiser(session or reading(), current_person(), slug)


@blueprint.route("/organise/calls/<slug>/applications")
def applications(slug: str) -> ResponseReturnValue:
    """Every application to a call: searched, filtered, sorted, page by page."""
    return _list_page(_call(slug), ViewForm(formdata=None))


def _list_page(call: Call, form: ViewForm) -> ResponseReturnValue:
    session, wanted = reading(), asked_filter()
    counts = queries.count_applications(session, call.id)
    page = fetch_page(
        session,
        queries.applications_of_call(session, call, wanted),
        requested_page(),
        total=None if wanted.is_narrow else sum(counts.values()),
    )
    questionnaire, reader = read_questionnaire(session, call.id), make_reader(session, call.id)
    offered = fixed_columns() + question_columns(questionnaire, "en")
    choices = [choice.id for application in page.items for choice in application.choices]
    return render_template(
        "organiser/applications.html",
        call=call,
        form=form,
        wanted=wanted,
        page=page,
        rows=[make_row(one, reader, questionnaire) for one in page.items],
        offered=offered,
        columns=chosen_columns(asked_columns(), offered),
        is_default=not set(asked_columns()) - set(DEFAULT),
        visits=list_visits_of_call(session, call.id),
        countries=queries.count_by_country(session, call.id),
        kinds=[(kind.value, words) for kind, words in KINDS],
        Eligibility=queries.Eligibility,
        duplicates=0 if wanted.is_narrow else queries.count_duplicates(session, call.id),
        places=queries.list_places_by_choice(session, choices),
        states=state_chips(ApplicationState, counts, wanted.state),
        views=queries.list_views(session, current_person().id, call.id),
        arguments=view_arguments(),
        sort_url=sort_url,
        same_page=same_page,
    ), 422 if form.is_submitted() else 200


@blueprint.post("/organise/calls/<slug>/applications/views")
def save_this_view(slug: str) -> ResponseReturnValue:
    """Keep filters, order and columns under a name of one's own."""
    form = ViewForm()
    command = partial(
        save_view,
        person=current_person(),
        call_id=_call(slug).id,
        name=typed(form.name),
        query=urlencode(view_arguments()),
    )
    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The view is saved."))
        return redirect(url_for("organiser.applications", slug=slug, **view_arguments()))  # type: ignore[arg-type]
    return _list_page(_call(slug), form)


@blueprint.post("/organise/views/<uuid:view_id>/forget")
def forget_this_view(view_id: uuid.UUID) -> ResponseReturnValue:
    """Remove one of one's own views."""
    with writing() as session:
        call = forget_view(session, person=current_person(), view_id=view_id)
        slug = call.slug
    flash(_("The view is removed."))
    return redirect(url_for("organiser.applications", slug=slug))


@blueprint.route("/organise/calls/<slug>/applications/duplicates")
def duplicates(slug: str) -> str:
    """Applications that may be one person with two accounts, side by side."""
    call = _call(slug)
    groups = queries.find_duplicates(reading(), call.id)
    return render_template("organiser/duplicates.html", call=call, groups=groups)


@blueprint.get("/organise/calls/<slug>/applications.csv")
def export_csv(slug: str) -> Response:
    """What the list shows, every page of it, as CSV: sent while it is read."""
    call = _noted(slug, "csv")
    columns = export_columns(reading(), call)
    rows = export_rows(reading(), call, asked_filter(), columns)
    lines = csv_lines([column.label for column in columns], rows)
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{call.slug}-applications.csv"'
    return response


@blueprint.get("/organise/calls/<slug>/applications.xlsx")
def export_xlsx(slug: str) -> Response:
    """The same as a workbook."""
    call = _noted(slug, "xlsx")
    columns = export_columns(reading(), call)
    book = write_xlsx(columns, export_rows(reading(), call, asked_filter(), columns))
    return send_workbook(book, f"{call.slug}-applications.xlsx")


def _noted(slug: str, format_: str) -> Call:
    """The call, after the log has a line about who takes its data out."""
    with writing() as session:
        call = _call(slug, session)
        record(
            session,
            actor=current_person(),
            now=request_time(),
            action="applications.exported",
            subject=call,
            programme_id=call.programme_id,
            kind=format_,
            filter=", ".join(sorted(set(request.args) - {"columns", "page"})),
        )
    return _call(slug)
