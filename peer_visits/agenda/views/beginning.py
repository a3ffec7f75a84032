"""How an agenda begins: from an outline, or from another visit's agenda; and moving the whole of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.agenda.outlines import OUTLINES
from peer_visits.agenda.queries.sources import list_sources
from peer_visits.agenda.services.outlining import copy_agenda, lay_out
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.web.formats import say
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


@blueprint.route("/agenda/<slug>/begin", methods=["GET", "POST"])
def begin(slug: str) -> ResponseReturnValue:
    """Begin from an outline or another visit."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = Form()
    count: list[int] = []
    if form.validate_on_submit() and form.carry_out(lambda session: count.append(_begin(session, slug))):
        flash(ngettext("%(num)s session is on the board.", "%(num)s sessions are on the board.", count[-1]))
        return redirect(url_for("agenda.edit", slug=slug))
    page = render_template(
        "agenda/begin.html",
        visit=visit,
        form=form,
        outlines=OUTLINES,
        sources=list_sources(reading(), current_person(), visit),
    )
    return page, 422 if form.is_submitted() else 200


def _begin(session: Session, slug: str) -> int:
    visit = get_visit_for_editor(session, current_person(), slug)
    outline = OUTLINES.get(request.form.get("outline", ""))
    if outline:
        return lay_out(
            session, actor=current_person(), now=request_time(), visit=visit, outline=outline, say=say
        )
    source = request.form.get("source", "")
    if source not in {one.slug for one in list_sources(session, current_person(), visit)}:
        raise Refused(phrase("Choose how to begin."))
    return copy_agenda(
        session,
        actor=current_person(),
        now=request_time(),
        visit=visit,
        source=get_visit_for_editor(session, current_person(), source),
    )
