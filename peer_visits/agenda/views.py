"""Pages of the agenda: what everybody sees, and the board of host and organiser."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person, current_person_or_none
from peer_visits.agenda.access import get_release, get_session_of_visit
from peer_visits.agenda.board import make_board
from peer_visits.agenda.calendars import public_calendar
from peer_visits.agenda.forms import KINDS, SessionForm, session_form
from peer_visits.agenda.models import AgendaRelease, AgendaSession
from peer_visits.agenda.publishing import publish_agenda
from peer_visits.agenda.queries import find_latest_release, list_sessions
from peer_visits.agenda.releases import changes_between, content_mark, release_content, released_items
from peer_visits.agenda.rules import Clash, Frame, Slot, find_clashes, own_zone
from peer_visits.agenda.services import add_session, change_session
from peer_visits.agenda.services import remove_session as remove_from_agenda
from peer_visits.agenda.states import SessionKind
from peer_visits.places.queries import list_participants
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_published_visit, get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.visits.states import VisitFormat
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time

blueprint = Blueprint("agenda", __name__)


@blueprint.get("/visits/<slug>/agenda")
def public(slug: str) -> str:
    """The latest release, by day."""
    visit = get_published_visit(reading(), slug)
    return _public_page(visit, find_latest_release(reading(), visit.id))


@blueprint.get("/visits/<slug>/agenda/<int(max=9999):number>")
def release(slug: str, number: int) -> str:
    """An earlier release, as it was."""
    visit = get_published_visit(reading(), slug)
    return _public_page(visit, get_release(reading(), visit, number))


def _public_page(visit: Visit, shown: AgendaRelease | None) -> str:
    items = released_items(shown) if shown else []
    return render_template(
        "agenda/public.html",
        visit=visit,
        release=shown,
        latest=find_latest_release(reading(), visit.id),
        board=make_board(items, visit.zone),
        kinds=_kind_names(),
        own_zone=own_zone([item["starts_at"] for item in items], visit.zone, _zone_of_reader()),
    )


def _zone_of_reader() -> str:
    person = current_person_or_none()
    return person.time_zone if person else ""


@blueprint.get("/visits/<slug>/agenda.ics")
def calendar(slug: str) -> Response:
    """The latest release as a calendar file, without the links that are for participants."""
    visit = get_published_visit(reading(), slug)
    shown = get_release(reading(), visit)
    url = current_app.extensions["settings"].public_url + url_for("agenda.public", slug=slug)
    content = public_calendar(visit, released_items(shown), published_at=shown.published_at, url=url)
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{visit.slug}.ics"'
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@blueprint.get("/agenda/<slug>")
def edit(slug: str) -> str:
    """The board: sessions as they stand, clashes, and the way to a release."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    sessions = list_sessions(reading(), visit.id)
    clashes = _clashes(visit, sessions)
    items = [_as_item(one) for one in sessions]
    latest = find_latest_release(reading(), visit.id)
    return render_template(
        "agenda/edit.html",
        visit=visit,
        sessions=sessions,
        clashes=clashes,
        board=make_board(items, visit.zone, clashes),
        latest=latest,
        changes=changes_between(latest, release_content(sessions)),
        kinds=_kind_names(),
    )


def _as_item(session: AgendaSession) -> dict[str, object]:
    names = ("id", "kind", "title", "text", "starts_at", "ends_at", "room", "speaker")
    return {name: getattr(session, name) for name in names}


def _clashes(visit: Visit, sessions: Sequence[AgendaSession]) -> list[Clash]:
    frame = Frame(
        visit.zone,
        visit.held_starts_on or visit.announced_starts_on,
        visit.held_ends_on or visit.announced_ends_on,
        visit.format is VisitFormat.ONLINE,
    )
    return find_clashes([_slot(one) for one in sessions], frame)


def _slot(one: AgendaSession) -> Slot:
    is_break = one.kind is SessionKind.BREAK
    return Slot(one.id, one.title, one.starts_at, one.ends_at, one.room, one.speaker, is_break)


def _kind_names() -> dict[str, str]:
    return {kind.value: str(name) for kind, name in KINDS.items()}


@blueprint.route("/agenda/<slug>/sessions/new", methods=["GET", "POST"])
def new_session(slug: str) -> ResponseReturnValue:
    """Add a session."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = session_form(None, visit.announced_starts_on)
    if form.validate_on_submit() and form.carry_out(
        lambda session: add_session(
            session,
            actor=current_person(),
            now=request_time(),
            visit=get_visit_for_editor(session, current_person(), slug),
            content=form.content(),
        )
    ):
        flash(_("The session is on the board."))
        return redirect(url_for("agenda.edit", slug=slug))
    return _session_page(visit, form, None)


@blueprint.route("/agenda/<slug>/sessions/<uuid:session_id>", methods=["GET", "POST"])
def session(slug: str, session_id: uuid.UUID) -> ResponseReturnValue:
    """Change a session."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    item = get_session_of_visit(reading(), visit, session_id)
    form = session_form(item, None)
    if form.validate_on_submit() and _change(form, slug, session_id):
        flash(_("The session is changed."))
        return redirect(url_for("agenda.edit", slug=slug))
    return _session_page(visit, form, item)


def _change(form: SessionForm, slug: str, session_id: uuid.UUID) -> bool:
    def command(writer: Session) -> None:
        visit = get_visit_for_editor(writer, current_person(), slug)
        change_session(
            writer,
            actor=current_person(),
            now=request_time(),
            visit=visit,
            item=get_session_of_visit(writer, visit, session_id),
            version=form.expected_version,
            content=form.content(),
        )

    return form.carry_out(command)


def _session_page(visit: Visit, form: SessionForm, item: AgendaSession | None) -> ResponseReturnValue:
    is_stale = item is not None and form.is_submitted() and form.expected_version != item.version
    if item and is_stale:
        form.version.data = str(item.version)  # they see now what stands: saving again is a choice
    page = render_template(
        "agenda/session.html", visit=visit, form=form, item=item, is_stale=is_stale, kinds=_kind_names()
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/agenda/<slug>/sessions/<uuid:session_id>/remove")
def remove_session(slug: str, session_id: uuid.UUID) -> ResponseReturnValue:
    """Take a session off the board."""
    with writing() as writer:
        visit = get_visit_for_editor(writer, current_person(), slug)
        item = get_session_of_visit(writer, visit, session_id)
        remove_from_agenda(
            writer,
            actor=current_person(),
            now=request_time(),
            visit=visit,
            item=item,
            version=request.form.get("version", 0, type=int),
        )
    flash(_("The session is removed."))
    return redirect(url_for("agenda.edit", slug=slug))


@blueprint.route("/agenda/<slug>/publish", methods=["GET", "POST"])
def publish(slug: str) -> ResponseReturnValue:
    """See what changed and who is told, then publish the next release."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = Form()
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
        flash(_("The agenda is published; everyone with an accepted place gets it by mail."))
        return redirect(url_for("agenda.public", slug=slug))
    return _publish_page(visit, form)


def _publish_page(visit: Visit, form: Form) -> ResponseReturnValue:
    sessions = list_sessions(reading(), visit.id)
    latest = find_latest_release(reading(), visit.id)
    content = release_content(sessions)
    page = render_template(
        "agenda/publish.html",
        visit=visit,
        form=form,
        latest=latest,
        changes=changes_between(latest, content),
        mark=content_mark(content),
        clashes=_clashes(visit, sessions),
        participants=list_participants(reading(), visit.id),
    )
    return page, 422 if form.is_submitted() else 200
