"""A session's own page: adding, changing, removing it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from peer_visits.accounts.current import current_person
from peer_visits.agenda.access import get_session_of_visit
from peer_visits.agenda.forms import SessionForm, session_form
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.sessions import list_rooms, list_speakers
from peer_visits.agenda.services.outlining import first_day
from peer_visits.agenda.services.sessions import add_session, change_session
from peer_visits.agenda.services.sessions import remove_session as remove_from_agenda
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.agenda.words import kind_names
from peer_visits.files.kinds import FileKind
from peer_visits.files.models import StoredFile
from peer_visits.files.services import AcceptedFile, accept_file, keep_file
from peer_visits.files.serving import current_scanner, current_store
from peer_visits.kernel.errors import Refused
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


@blueprint.route("/agenda/<slug>/sessions/new", methods=["GET", "POST"])
def new_session(slug: str) -> ResponseReturnValue:
    """Add a session."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = session_form(visit, None, _asked_day() or first_day(visit))
    if form.validate_on_submit() and with_file(
        form, "material", lambda session, file: _add(session, slug, form, file)
    ):
        flash(_("The session is on the board."))
        return redirect(url_for("agenda.edit", slug=slug))
    return _session_page(slug, form, None)


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _add(session: Session, slug: str, form: SessionForm, file: StoredFile | None) -> None:
    add_session(
        session,
        actor=current_person(),
        now=request_time(),
        visit=get_visit_for_editor(session, current_person(), slug),
        content=form.content(),
        material=file,
    )


@blueprint.route("/agenda/<slug>/sessions/<uuid:session_id>", methods=["GET", "POST"])
def session(slug: str, session_id: uuid.UUID) -> ResponseReturnValue:
    """Change a session."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    form = session_form(visit, get_session_of_visit(reading(), visit, session_id))
    if form.validate_on_submit() and with_file(
        form, "material", lambda writer, file: _change(writer, slug, session_id, form, file)
    ):
        flash(_("The session is changed."))
        return redirect(url_for("agenda.edit", slug=slug))
    return _session_page(slug, form, session_id)


def _change(
    session: Session, slug: str, session_id: uuid.UUID, form: SessionForm, file: StoredFile | None
) -> None:
    visit = get_visit_for_editor(session, current_person(), slug)
    item = get_session_of_visit(session, visit, session_id)
    change_session(
        session,
        actor=current_person(),
        now=request_time(),
        visit=visit,
        item=item,
        version=form.expected_version,
        content=form.content(),
        material=None if form.drop_material.data else file or item.material,
    )


def with_file(
    form: Form,
    name: str,
    command: Callable[[Session, StoredFile | None], None],
    kinds: frozenset[FileKind] = frozenset(FileKind),
) -> bool:
    """Take in the file of a field, if one was sent, then run the command with its record.

    The file is opened outside the transaction; what is not kept in the end is removed again.
    """
    try:
        accepted = _accepted(request.files.get(name), kinds)
    except Refused as refusal:
        form.add_refusal(Refused(refusal.reason, field=name))
        return False

    def carry(session: Session) -> None:
        kept = keep_file(session, accepted, now=request_time(), created_by=None) if accepted else None
        command(session, kept)

    done = False
    try:
        done = form.carry_out(carry)
    finally:
        if accepted and not done:
            _forget(accepted)
    return done


def _accepted(upload: FileStorage | None, kinds: frozenset[FileKind]) -> AcceptedFile | None:
    if not upload or not upload.filename:
        return None
    reading().rollback()  # parsing is slow; nothing stays open meanwhile
    most = current_app.extensions["settings"].upload_bytes
    return accept_file(
        current_store(),
        upload.stream,
        upload.filename,
        kinds=kinds,
        most_bytes=most,
        scanner=current_scanner(),
    )


def _forget(accepted: AcceptedFile) -> None:
    for key in (accepted.key, accepted.preview_key):
        if key:
            current_store().remove(key)


def _session_page(slug: str, form: SessionForm, session_id: uuid.UUID | None) -> ResponseReturnValue:
    # Fetched again: after a refusal this is what somebody else may have saved meanwhile.
    visit = get_visit_for_editor(reading(), current_person(), slug)
    item = get_session_of_visit(reading(), visit, session_id) if session_id else None
    is_stale = _catch_up(form, item)
    page = render_template(
        "agenda/session.html",
        visit=visit,
        form=form,
        item=item,
        is_stale=is_stale,
        kinds=kind_names(),
        rooms=list_rooms(reading(), visit.id),
        speakers=list_speakers(reading(), visit.id),
    )
    return page, 422 if form.is_submitted() else 200


def _catch_up(form: SessionForm, item: AgendaSession | None) -> bool:
    """Whether the form is older than the session; it then carries the new version: saving again is a choice."""
    is_stale = item is not None and form.is_submitted() and form.expected_version != item.version
    if item and is_stale:
        form.version.data = str(item.version)
    return is_stale


@blueprint.post("/agenda/<slug>/sessions/<uuid:session_id>/remove")
def remove_session(slug: str, session_id: uuid.UUID) -> ResponseReturnValue:
    """Take a session off the board."""
    with writing() as writer:
        visit: Visit = get_visit_for_editor(writer, current_person(), slug)
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
