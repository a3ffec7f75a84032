"""The pages of an import: the table, its columns, the report, taking in."""

from __future__ import annotations

import csv
import io
import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.imports.access import get_import_for_organiser
from peer_visits.imports.context import make_context
from peer_visits.imports.forms import TakeInForm, UploadForm, mapping_form, target_words
from peer_visits.imports.models import ImportFile
from peer_visits.imports.reading import read_sheet
from peer_visits.imports.services import begin_import, entries_of, map_columns, take_in_import
from peer_visits.kernel.errors import Refused
from peer_visits.storage.transaction import reading
from peer_visits.web.cells import safe_cell
from peer_visits.web.formats import say
from peer_visits.web.moment import request_time
from peer_visits.web.pages import cut_page, requested_page

blueprint = Blueprint("imports", __name__)
# Good rows shown as they will read.
SHOWN = 3
# Faulty rows on one page.
FAULTY_SHOWN = 100


@blueprint.route("/organise/calls/<slug>/import", methods=["GET", "POST"])
def upload(slug: str) -> ResponseReturnValue:
    """Choose a table."""
    call, form = get_call_for_organiser(reading(), current_person(), slug), UploadForm()
    if form.validate_on_submit():
        started = _begin(form, slug)
        if started:
            return redirect(url_for("imports.columns", import_id=started))
        call = get_call_for_organiser(reading(), current_person(), slug)
    page = render_template("imports/upload.html", call=call, form=form)
    return page, 422 if form.is_submitted() else 200


def _begin(form: UploadForm, slug: str) -> uuid.UUID | None:
    sent = request.files.get("file")
    reading().rollback()  # reading a table is slow; nothing stays open meanwhile
    try:
        if sent is None or not sent.filename:
            form.file.errors = [_("Choose a file first.")]
            return None
        sheet = read_sheet(sent.stream, sent.filename)
    except Refused as refusal:
        form.file.errors = [say(refusal.reason)]
        return None
    begun: list[uuid.UUID] = []

    def keep(session: Session) -> None:
        call = get_call_for_organiser(session, current_person(), slug)
        begun.append(
            begin_import(session, actor=current_person(), now=request_time(), call=call, sheet=sheet).id
        )

    return begun[-1] if form.carry_out(keep) else None


def _import(import_id: uuid.UUID, session: Session | None = None) -> ImportFile:
    return get_import_for_organiser(session or reading(), current_person(), import_id)


def _call_of(started: ImportFile) -> Call:
    return reading().get_one(Call, started.call_id)


@blueprint.route("/organise/imports/<uuid:import_id>", methods=["GET", "POST"])
def columns(import_id: uuid.UUID) -> ResponseReturnValue:
    """Say what each column stands for."""
    started = _import(import_id)
    form = mapping_form(started, make_context(reading(), _call_of(started)))

    def save(session: Session) -> None:
        map_columns(
            session,
            started=_import(import_id, session),
            version=form.expected_version,
            mapping=form.mapping(),
            is_relaxed=bool(form.is_relaxed.data),
        )

    if form.validate_on_submit() and form.carry_out(save):
        return redirect(url_for("imports.report", import_id=import_id))
    started = _import(import_id)
    page = render_template(
        "imports/columns.html",
        call=_call_of(started),
        started=started,
        form=form,
        rows=started.rows["rows"][:2],
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/organise/imports/<uuid:import_id>/report", methods=["GET", "POST"])
def report(import_id: uuid.UUID) -> ResponseReturnValue:
    """What would be taken in, and every faulty row with its reason; then the button."""
    started = _import(import_id)
    form = TakeInForm(data={"version": started.version})
    taken: list[int] = []

    def act(session: Session) -> None:
        taken.append(
            take_in_import(
                session,
                actor=current_person(),
                now=request_time(),
                started=_import(import_id, session),
                version=form.expected_version,
                leave_out=form.left_out,
            )
        )

    if form.validate_on_submit() and form.carry_out(act):
        words = ngettext("%(num)s application is taken in.", "%(num)s applications are taken in.", taken[-1])
        flash(words)
        return redirect(url_for("organiser.applications", slug=_call_of(_import(import_id)).slug))
    return _report_page(_import(import_id), form)


def _report_page(started: ImportFile, form: TakeInForm) -> ResponseReturnValue:
    call = _call_of(started)
    context = make_context(reading(), call)
    entries = entries_of(started, context)
    faulty = [entry for entry in entries if entry.faults]
    shown = cut_page(faulty, requested_page(), size=FAULTY_SHOWN)
    form.faulty.data, form.version.data = str(len(faulty)), str(started.version)
    page = render_template(
        "imports/report.html",
        call=call,
        started=started,
        form=form,
        entries=entries,
        faulty=shown,
        good=[entry for entry in entries if not entry.faults][:SHOWN],
        words={
            fault.column: target_words(fault.column, context) for one in shown.items for fault in one.faults
        },
        places={identity: name for name, identity in context.visits.items()},
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/organise/imports/<uuid:import_id>/report.csv")
def report_csv(import_id: uuid.UUID) -> Response:
    """The faults as a table."""
    started = _import(import_id)
    context = make_context(reading(), _call_of(started))
    rows = [
        [str(entry.number), entry.email, target_words(fault.column, context), say(fault.reason)]
        for entry in entries_of(started, context)
        for fault in entry.faults
    ]
    return _csv("report.csv", [_("Row"), _("E-mail address"), _("Column"), _("What is wrong")], rows)


@blueprint.get("/organise/calls/<slug>/import/template.csv")
def template(slug: str) -> Response:
    """An empty table with the columns of this call."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    context = make_context(reading(), call)
    heads = [target_words(target, context) for target in context.targets()]
    return _csv(f"{call.slug}-import.csv", heads, [])


def _csv(name: str, heads: list[str], rows: list[list[str]]) -> Response:
    text = io.StringIO()
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in [heads, *rows])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
