"""On the day, for host and organiser: the register of a visit, and the list of one session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from peer_visits.accounts.current import current_person
from peer_visits.agenda.access import get_held_session
from peer_visits.agenda.presence import code_of, is_open, opens_at, spaced
from peer_visits.agenda.queries.attendance import Register, is_due, list_noted, names_of_noters, read_register
from peer_visits.agenda.register_table import register_csv, register_workbook
from peer_visits.agenda.releases import Item
from peer_visits.agenda.services.attendance import note_attendance, note_register_taken
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import kind_names
from peer_visits.places.queries import list_participants
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_editor, is_organiser
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time
from peer_visits.web.workbooks import send_workbook


@blueprint.get("/agenda/<slug>/attendance")
def attendance(slug: str) -> str:
    """Every session with its code and who came, and everybody with how often they came."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    return render_template(
        "agenda/attendance.html",
        visit=visit,
        register=read_register(reading(), visit.id),
        code_of=_code,
        is_open=lambda item: is_open(item["starts_at"], item["ends_at"], request_time()),
        is_due=lambda item: is_due(item, request_time()),
        opens_at=opens_at,
        sees_no_shows=is_organiser(reading(), current_person(), visit),
    )


@blueprint.get("/agenda/<slug>/attendance.csv")
def attendance_csv(slug: str) -> Response:
    """The register as a table, with who noted what, how and when."""
    lines = register_csv(*_register_to_take(slug, "csv"))
    response = Response("".join(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-attendance.csv"'
    return response


@blueprint.get("/agenda/<slug>/attendance.xlsx")
def attendance_xlsx(slug: str) -> Response:
    """The same as a workbook."""
    book = register_workbook(*_register_to_take(slug, "xlsx"))
    return send_workbook(book, f"{slug}-attendance.xlsx")


def _register_to_take(slug: str, kind: str) -> tuple[Register, Mapping[uuid.UUID, str], str]:
    """The register, the names of who noted and the zone, after the log has a line about who takes them out."""
    with writing() as session:
        visit = get_visit_for_editor(session, current_person(), slug)
        note_register_taken(session, actor=current_person(), now=request_time(), visit=visit, kind=kind)
    visit = get_visit_for_editor(reading(), current_person(), slug)
    register = read_register(reading(), visit.id)
    return register, names_of_noters(reading(), register), visit.zone


@blueprint.route("/agenda/<slug>/sessions/<uuid:session_id>/attendance", methods=["GET", "POST"])
def attending(slug: str, session_id: uuid.UUID) -> ResponseReturnValue:
    """The list of one session, saved in one go."""
    form = Form()
    visit = get_visit_for_editor(reading(), current_person(), slug)
    get_held_session(reading(), visit, session_id)
    if form.validate_on_submit():
        present: list[int] = []
        if form.carry_out(
            lambda writer: present.append(
                note_attendance(
                    writer,
                    actor=current_person(),
                    now=request_time(),
                    visit=get_visit_for_editor(writer, current_person(), slug),
                    session_id=session_id,
                    shown=_sent("shown"),
                    ticked=_sent("present"),
                )
            )
        ):
            flash(ngettext("Saved: %(num)s person is here.", "Saved: %(num)s people are here.", present[0]))
            return redirect(url_for("agenda.attending", slug=slug, session_id=session_id))
    return _list_page(visit, session_id, form)


def _sent(name: str) -> set[uuid.UUID]:
    return {found for text in request.form.getlist(name) for found in _ids(text)}


def _ids(text: str) -> Sequence[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def _code(item: Item) -> str:
    return spaced(code_of(current_app.extensions["settings"].secret_key, item["id"]))


def _list_page(visit: Visit, session_id: uuid.UUID, form: Form) -> ResponseReturnValue:
    item = get_held_session(reading(), visit, session_id)
    noted = list_noted(reading(), session_id)
    present = {person for person, row in noted.items() if row.was_there}
    page = render_template(
        "agenda/attending.html",
        visit=visit,
        form=form,
        item=item,
        kinds=kind_names(),
        participants=list_participants(reading(), visit.id),
        noted=noted,
        ticked=_sent("present") if form.is_submitted() else present,
        shown=_sent("shown") if form.is_submitted() else present,
        code=_code(item),
        is_open=is_open(item["starts_at"], item["ends_at"], request_time()),
        is_due=is_due(item, request_time()),
        opens_at=opens_at(item["starts_at"]),
    )
    return page, 422 if form.is_submitted() else 200
