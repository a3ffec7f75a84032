"""What the organiser sees to: which reports are owed and late, who writes them, and by when."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.accounts.models import Person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.kernel.errors import NotFound
from peer_visits.library import duties
from peer_visits.library.forms import AuthorForm, DueForm
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.queries import count_editions, find_latest_edition, list_authors, list_duties
from peer_visits.library.rules import UNFINISHED, is_late
from peer_visits.library.views.blueprint import blueprint
from peer_visits.library.writing.queries import count_open_comments
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_organiser
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form, typed
from peer_visits.web.moment import request_time


@blueprint.get("/organise/calls/<slug>/reports")
def reports(slug: str) -> ResponseReturnValue:
    """Every report of a call: where it stands, who writes it, and whether it is late."""
    call, today = get_call_for_organiser(reading(), current_person(), slug), request_time().date()
    found = list_duties(reading(), call.id)
    documents = [one.document for one in found if one.document]
    return render_template(
        "library/reports.html",
        call=call,
        duties=found,
        late={one.id for one in documents if is_late(one.state, one.due_on, today)},
        waiting=count_open_comments(reading(), [one.id for one in documents]),
        today=today,
    )


@blueprint.get("/organise/visits/<slug>/report")
def report(slug: str) -> ResponseReturnValue:
    """Who writes the report of a visit, and by when."""
    return _report_page(slug, AuthorForm(formdata=None), None)


def _report_page(slug: str, author: AuthorForm, due: DueForm | None) -> ResponseReturnValue:
    visit = get_visit_for_organiser(reading(), current_person(), slug)
    document = _latest(reading(), visit)
    if document and due and due.expected_version != document.version:
        due.version.data = str(document.version)  # having seen what stands, the next press decides
    page = render_template(
        "library/report.html",
        visit=visit,
        call=visit.call,
        document=document,
        authors=list_authors(reading(), visit.id),
        author=author,
        due=due or _due_form(document),
        is_due=document is not None and document.state in UNFINISHED,
        is_late=document is not None and is_late(document.state, document.due_on, request_time().date()),
    )
    return page, 422 if request.method == "POST" else 200


def _latest(session: Session, visit: Visit) -> AnalyticalDocument | None:
    return find_latest_edition(session, visit.id) if count_editions(session, visit.id) else None


def _due_form(document: AnalyticalDocument | None) -> DueForm | None:
    if document is None:
        return None
    set_by_hand = document.due_on if document.is_due_set else None
    return DueForm(formdata=None, data={"due_on": set_by_hand, "version": document.version})


@blueprint.post("/organise/visits/<slug>/report/authors")
def name_author(slug: str) -> ResponseReturnValue:
    """Name somebody who writes the report."""
    get_visit_for_organiser(reading(), current_person(), slug)
    form = AuthorForm()

    def command(session: Session) -> None:
        visit = get_visit_for_organiser(session, current_person(), slug)
        person = duties.account_of(session, typed(form.email))
        duties.name_author(session, actor=current_person(), now=request_time(), visit=visit, person=person)

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The author is named, and told by mail."))
        return redirect(url_for("library.report", slug=slug))
    return _report_page(slug, form, None)


@blueprint.post("/organise/visits/<slug>/report/authors/<uuid:person_id>/release")
def release_author(slug: str, person_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody no longer writes the report."""
    get_visit_for_organiser(reading(), current_person(), slug)
    form = Form()

    def command(session: Session) -> None:
        visit, person = (
            get_visit_for_organiser(session, current_person(), slug),
            session.get(Person, person_id),
        )
        if person is None:
            raise NotFound
        duties.release_author(session, actor=current_person(), now=request_time(), visit=visit, person=person)

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The author is released, and told by mail. What was written is kept."))
    for refusal in form.refusals:
        flash(refusal, "error")
    return redirect(url_for("library.report", slug=slug))


@blueprint.post("/organise/visits/<slug>/report/due")
def set_due(slug: str) -> ResponseReturnValue:
    """Set the day by which the report is due."""
    get_visit_for_organiser(reading(), current_person(), slug)
    form = DueForm()

    def command(session: Session) -> None:
        document = _latest(session, get_visit_for_organiser(session, current_person(), slug))
        if document is None:
            raise NotFound
        duties.set_due(
            session,
            actor=current_person(),
            now=request_time(),
            document=document,
            version=form.expected_version,
            due_on=form.due_on.data,
        )

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The day is set."))
        return redirect(url_for("library.report", slug=slug))
    return _report_page(slug, AuthorForm(formdata=None), form)
