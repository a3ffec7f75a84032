"""The pages for taking existing reports in: choosing, looking, taking in."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from peer_visits.accounts.current import current_person
from peer_visits.config import Settings
from peer_visits.files.services import AcceptedFile
from peer_visits.files.serving import current_scanner, current_store
from peer_visits.imports.reading import read_sheet
from peer_visits.imports.reports.bundles import Bundle, find_bundle, keep_bundle, open_files
from peer_visits.imports.reports.forms import ChooseForm, TakeInForm
from peer_visits.imports.reports.rules import COLUMNS, VISIT_COLUMNS, lines_of_files, read_lines
from peer_visits.imports.reports.services import (
    Verdict,
    find_latest,
    judge_bundle,
    list_visits,
    take_in_bundle,
)
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import reading
from peer_visits.web.cells import safe_cell
from peer_visits.web.formats import say
from peer_visits.web.moment import request_time

blueprint = Blueprint("reports", __name__)
# Somewhat less than the store keeps what no record names.
_SECONDS = 23 * 3600


@blueprint.route("/organise/library/import", methods=["GET", "POST"])
def choose() -> ResponseReturnValue:
    """Choose a table and documents; then what would become of each line."""
    form = ChooseForm()
    if form.validate_on_submit():
        bundle = _bundle(form)
        if bundle:
            take_in = TakeInForm(formdata=None, data={"bundle": _sign(keep_bundle(current_store(), bundle))})
            return _look_page(bundle, take_in)
    return _choose_page(form)


def _choose_page(form: ChooseForm) -> ResponseReturnValue:
    most = _settings().upload_bytes // 1024**2
    page = render_template(
        "imports/reports/choose.html", form=form, columns=COLUMNS, visit_columns=VISIT_COLUMNS, most=most
    )
    return page, 422 if request.method == "POST" else 200


def _bundle(form: ChooseForm) -> Bundle | None:
    table = request.files.get("table")
    sent = [one for one in request.files.getlist("files") if one.filename]
    reading().rollback()  # opening files is slow; nothing stays open meanwhile
    names = [str(one.filename) for one in sent]
    if len(set(names)) < len(names):
        form.files.errors = [_("Two of the files have the same name.")]
        return None
    lines = lines_of_files(names)
    if table and table.filename:
        try:
            sheet = read_sheet(table.stream, table.filename)
        except Refused as refusal:
            form.table.errors = [say(refusal.reason)]
            return None
        lines, faults = read_lines(sheet.headers, sheet.rows)
        if faults:
            form.table.errors = [say(fault) for fault in faults]
            return None
    if not lines:
        form.files.errors = [_("Choose a table, or documents, or both.")]
        return None
    return Bundle(lines, *_open(sent))


def _open(sent: list[FileStorage]) -> tuple[dict[str, AcceptedFile], dict[str, Phrase]]:
    return open_files(
        current_store(),
        ((str(one.filename), one.stream) for one in sent),
        most_bytes=_settings().upload_bytes,
        scanner=current_scanner(),
    )


def _look_page(bundle: Bundle, form: TakeInForm) -> ResponseReturnValue:
    judged = judge_bundle(reading(), current_person(), bundle, request_time())
    form.wrong.data = str(len(judged.of(Verdict.WRONG)))
    page = render_template("imports/reports/look.html", judged=judged, form=form, Verdict=Verdict)
    return page, 422 if form.is_submitted() and form.has_errors else 200


@blueprint.post("/organise/library/import/take-in")
def take_in() -> ResponseReturnValue:
    """Publish what is new, all or none."""
    form, taken = TakeInForm(), []
    try:
        bundle = find_bundle(current_store(), _read(str(form.bundle.data or "")))
    except NotFound:
        again = ChooseForm(formdata=None)
        again.add_refusal(
            Refused(phrase("What you looked at is kept for a day only. Choose the files again."))
        )
        return _choose_page(again)

    def act(session: Session) -> None:
        counts = take_in_bundle(
            session, actor=current_person(), now=request_time(), bundle=bundle, leave_out=form.left_out
        )
        taken.append(counts[Verdict.NEW])

    if form.validate_on_submit() and form.carry_out(act):
        flash(ngettext("%(num)s report is in the library.", "%(num)s reports are in the library.", taken[-1]))
        return redirect(url_for("library.mine"))
    return _look_page(bundle, form)


@blueprint.get("/organise/library/import/template.csv")
def template() -> Response:
    """An empty line for each visit that has no document in the library."""
    visits = list_visits(reading(), current_person())
    latest = find_latest(reading(), visits)
    missing = [
        visit for visit in visits if visit.id not in latest or latest[visit.id].state is DocumentState.OWED
    ]
    columns = [*COLUMNS, *VISIT_COLUMNS]
    rows = [[visit.slug, f"{visit.slug}.pdf", visit.title, *[""] * (len(columns) - 3)] for visit in missing]
    text = io.StringIO()
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in [columns, *rows])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="reports.csv"'
    return response


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_settings().secret_key, salt="reports on their way in")


def _sign(key: str) -> str:
    return str(_signer().dumps([key, current_person().id.hex]))


def _read(signed: str) -> str:
    """The key of a bundle that this person looked at within a day. Raises NotFound."""
    try:
        key, person = _signer().loads(signed, max_age=_SECONDS)
    except BadSignature:
        raise NotFound from None
    if person != current_person().id.hex:
        raise NotFound
    return str(key)
