"""Publishing a release: what changes and who is told which, then the act."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.agenda.queries.clashes import list_clashes
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import changes_between, content_mark, release_content
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.services.publishing import list_letters, publish_agenda
from peer_visits.agenda.showing.access import is_public
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


@blueprint.route("/agenda/<slug>/publish", methods=["GET", "POST"])
def publish(slug: str) -> ResponseReturnValue:
    """See what changed and who is told, then publish the next release."""
    form = Form()
    visit = get_visit_for_editor(reading(), current_person(), slug)
    if form.validate_on_submit() and form.carry_out(
        lambda writer: publish_agenda(
            writer,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_editor(writer, current_person(), slug),
            after=request.form.get("after", -1, type=int),
            seen=request.form.get("seen", ""),
        )
    ):
        flash(_("The agenda is published; everybody it concerns gets it by mail."))
        return redirect(url_for("agenda.public", slug=slug))
    return _publish_page(visit, form)


def _publish_page(visit: Visit, form: Form) -> ResponseReturnValue:
    session = reading()
    sessions = list_sessions(session, visit.id)
    latest = find_latest_release(session, visit.id)
    content = release_content(sessions, visit)
    letters = list_letters(session, visit, latest, sessions)
    page = render_template(
        "agenda/publish.html",
        visit=visit,
        form=form,
        latest=latest,
        changes=changes_between(latest, content),
        mark=content_mark(content),
        unplaced=[one for one in sessions if one.starts_at is None],
        clashes=list_clashes(session, visit, find_plan(session, visit), sessions),
        participants=[one for one in letters if one.is_participant],
        speakers=[one for one in letters if not one.is_participant],
        is_public=is_public(session, visit),
    )
    return page, 422 if form.is_submitted() else 200
