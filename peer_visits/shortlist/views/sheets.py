"""The selection sheet, to take away: for the organiser always, for the lead as far as the lead may see."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.shortlist.access import get_visit_for_sheet
from peer_visits.shortlist.identity import are_names_hidden
from peer_visits.shortlist.services.sheets import note_sheet_taken
from peer_visits.shortlist.sheet.content import Sheet, read_sheet
from peer_visits.shortlist.sheet.document import sheet_pdf
from peer_visits.shortlist.sheet.workbook import sheet_workbook
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.moment import request_time
from peer_visits.web.workbooks import send_workbook


@blueprint.get("/host/<slug>/selection-sheet.xlsx")
def sheet_xlsx(slug: str) -> Response:
    """The sheet as a workbook."""
    return send_workbook(sheet_workbook(_sheet(slug, "xlsx")), f"selection-{slug}.xlsx")


@blueprint.get("/host/<slug>/selection-sheet.pdf")
def sheet_document(slug: str) -> Response:
    """The sheet as a document."""
    response = Response(sheet_pdf(_sheet(slug, "pdf"), request_time()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="selection-{slug}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _sheet(slug: str, format_: str) -> Sheet:
    """The sheet, after the log has a line about who takes its data out."""
    with writing() as session:
        visit, _organises = get_visit_for_sheet(session, current_person(), slug)
        note_sheet_taken(session, actor=current_person(), now=request_time(), visit=visit, kind=format_)
    return _read(reading(), slug)


def _read(session: Session, slug: str) -> Sheet:
    visit, organises = get_visit_for_sheet(session, current_person(), slug)
    hidden = not organises and are_names_hidden(session, visit)
    return read_sheet(session, visit, current_person(), hidden=hidden, sees_all=organises)
