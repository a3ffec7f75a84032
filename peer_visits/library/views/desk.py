"""The desk where documents are written, reviewed and published."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from peer_visits.accounts.current import current_person
from peer_visits.config import Settings
from peer_visits.files.inspection import LIMITS
from peer_visits.files.services import AcceptedFile, accept_pdf, keep_file
from peer_visits.files.serving import current_scanner, current_store, send_stored
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import phrase
from peer_visits.library.access import (
    get_document_for_author,
    get_document_for_editor,
    get_document_for_organiser,
    get_document_for_reader,
    may_write,
    organises,
)
from peer_visits.library.forms import LICENCES, DocumentForm, ReturnForm, StepForm, document_form
from peer_visits.library.printing.coverage import find_gaps
from peer_visits.library.printing.making import make_file, report_of
from peer_visits.library.queries import documents_query, is_author, list_authors
from peer_visits.library.rules import UNFINISHED, is_late
from peer_visits.library.services import (
    MadeFile,
    begin_edition,
    publish_document,
    require_complete,
    return_document,
    save_document,
)
from peer_visits.library.services import send_in as send_document_in
from peer_visits.library.states import DocumentState
from peer_visits.library.views.blueprint import blueprint
from peer_visits.library.writing.queries import Fingerprint, count_open_comments, fingerprint, list_sections
from peer_visits.library.writing.rules import count_words
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.forms import VersionedForm, typed
from peer_visits.web.moment import request_time
from peer_visits.web.pages import fetch_page, requested_page
from peer_visits.web.typesetting import NotSet


@blueprint.get("/documents")
def mine() -> str:
    """What I write, what is written about visits I host, and what my programmes owe."""
    person, today = current_person(), request_time().date()
    page = fetch_page(reading(), documents_query(person), requested_page())
    late = {one.id for one in page.items if is_late(one.state, one.due_on, today)}
    waiting = count_open_comments(reading(), [one.id for one in page.items])
    return render_template("library/mine.html", page=page, late=late, waiting=waiting)


@blueprint.get("/documents/<uuid:document_id>")
def edit(document_id: uuid.UUID) -> ResponseReturnValue:
    """The document behind the scenes: its authors change it, its organiser judges it."""
    document = get_document_for_reader(reading(), current_person(), document_id)
    return _edit_page(document_id, document_form(document))


@blueprint.post("/documents/<uuid:document_id>")
def save(document_id: uuid.UUID) -> ResponseReturnValue:
    """The author keeps what is known about the document, and the document itself."""
    document = get_document_for_author(reading(), current_person(), document_id)
    form = document_form(document)
    if form.validate_on_submit() and _save(form, document_id):
        flash(_("The document is saved."))
        return redirect(url_for("library.edit", document_id=document_id))
    if form.file.data and not form.file.errors:
        form.file.errors = [_("Choose the file again: nothing has been saved yet.")]
    return _edit_page(document_id, form)


def _save(form: DocumentForm, document_id: uuid.UUID) -> bool:
    """Open and store the upload first, then keep everything in one transaction."""
    try:
        accepted = _accepted(form.file.data)
    except Refused as refusal:
        form.add_refusal(Refused(refusal.reason, field="file"))
        return False

    def command(session: Session) -> None:
        person, now = current_person(), request_time()
        document = get_document_for_author(session, person, document_id)
        file = keep_file(session, accepted, now=now, created_by=person.id) if accepted else None
        save_document(
            session,
            actor=person,
            now=now,
            document=document,
            version=form.expected_version,
            content=form.content(),
            file=file,
        )

    return _carry_out(form, command, accepted)


def _carry_out(
    form: VersionedForm, command: Callable[[Session], None], accepted: AcceptedFile | None
) -> bool:
    """Run the command; a stored file that it did not keep goes again."""
    kept = False
    try:
        kept = form.carry_out(command)
    finally:
        if accepted and not kept:
            _remove(filter(None, (accepted.key, accepted.preview_key)))
    return kept


def _remove(keys: Iterable[str]) -> None:
    for key in keys:
        current_store().remove(key)


def _accepted(upload: FileStorage | None) -> AcceptedFile | None:
    if not upload or not upload.filename:
        return None
    reading().rollback()  # parsing is slow; nothing stays open meanwhile
    most = _settings().upload_bytes
    return accept_pdf(
        current_store(), upload.stream, upload.filename, most_bytes=most, scanner=current_scanner()
    )


def _edit_page(
    document_id: uuid.UUID, form: DocumentForm, return_form: ReturnForm | None = None
) -> ResponseReturnValue:
    # Fetched again: after a refusal this is what somebody else may have saved meanwhile.
    person = current_person()
    document = get_document_for_reader(reading(), person, document_id)
    page = render_template(
        "library/edit.html",
        document=document,
        visit=document.visit,
        form=form,
        return_form=return_form or ReturnForm(formdata=None, data={"version": document.version}),
        is_stale=_catch_up(form, document.version) | _catch_up(return_form, document.version),
        writes=is_author(reading(), person, document.visit_id),
        writes_text=may_write(reading(), person, document),
        organises=organises(reading(), person, document),
        sections=list_sections(reading(), document_id) if document.is_written else [],
        gaps=find_gaps(report_of(reading(), document))
        if document.is_written and document.state in UNFINISHED
        else [],
        waiting=count_open_comments(reading(), [document_id])[document_id],
        written_by=list_authors(reading(), document.visit_id),
        count_words=count_words,
        is_late=is_late(document.state, document.due_on, request_time().date()),
        licences=LICENCES,
        most_megabytes=_settings().upload_bytes // 1024**2,
        most_pages=LIMITS.pages,
    )
    return page, 422 if request.method == "POST" else 200


def _catch_up(form: VersionedForm | None, version: int) -> bool:
    """Whether the form is older than the record; having seen both, the person's next press decides."""
    if form is None or form.expected_version == version:
        return False
    form.version.data = str(version)
    return True


@blueprint.get("/documents/<uuid:document_id>/file")
def file(document_id: uuid.UUID) -> Response:
    """The file as it stands, for those who work on it."""
    document = get_document_for_reader(reading(), current_person(), document_id)
    if document.file is None:
        raise NotFound
    return send_stored(document.file)


@blueprint.post("/documents/<uuid:document_id>/send-in")
def send_in(document_id: uuid.UUID) -> ResponseReturnValue:
    """The author sends the document to the organiser. The PDF of one that was written here is made first."""
    get_document_for_author(reading(), current_person(), document_id)
    form: VersionedForm = StepForm()
    if form.validate_on_submit() and _send_in(form, document_id):
        flash(_("The document is with the organiser."))
    for refusal in form.refusals:
        flash(refusal, "error")
    return redirect(url_for("library.edit", document_id=document_id))


def _send_in(form: VersionedForm, document_id: uuid.UUID) -> bool:
    try:
        accepted, made_of = _printed(document_id)
    except Refused as refusal:
        form.add_refusal(refusal)
        return False

    def command(session: Session) -> None:
        person, now = current_person(), request_time()
        document = get_document_for_author(session, person, document_id)
        file = keep_file(session, accepted, now=now, created_by=person.id) if accepted else None
        send_document_in(
            session,
            actor=person,
            now=now,
            document=document,
            version=form.expected_version,
            made=MadeFile(file, made_of) if file else None,
        )

    return _carry_out(form, command, accepted)


def _printed(document_id: uuid.UUID) -> tuple[AcceptedFile | None, Fingerprint]:
    """The PDF of a draft that was written here; nothing for one that was uploaded. Raises Refused."""
    document = get_document_for_author(reading(), current_person(), document_id)
    if not document.is_written or document.state is not DocumentState.DRAFT:
        return None, ()
    sections = list_sections(reading(), document_id)
    require_complete(document, sections)
    report, made_of = report_of(reading(), document), fingerprint(sections)
    reading().rollback()  # it takes seconds; nothing stays open meanwhile
    try:
        return make_file(report), made_of
    except NotSet as failure:
        raise Refused(
            phrase("The PDF could not be made from this text. Please tell the organiser.")
        ) from failure


@blueprint.post("/documents/<uuid:document_id>/return")
def return_(document_id: uuid.UUID) -> ResponseReturnValue:
    """The organiser gives the document back."""
    document = get_document_for_organiser(reading(), current_person(), document_id)
    saved, form = document_form(document, is_sent=False), ReturnForm()
    unneeded: list[str] = []

    def command(session: Session) -> None:
        person = current_person()
        document = get_document_for_organiser(session, person, document_id)
        unneeded[:] = return_document(
            session,
            actor=person,
            now=request_time(),
            document=document,
            version=form.expected_version,
            note=typed(form.note),
        )

    if form.validate_on_submit() and form.carry_out(command):
        _remove(unneeded)
        flash(_("The document is back with its authors."))
        return redirect(url_for("library.edit", document_id=document_id))
    return _edit_page(document_id, saved, form)


@blueprint.post("/documents/<uuid:document_id>/publish")
def publish(document_id: uuid.UUID) -> ResponseReturnValue:
    """The organiser puts the document into the library."""

    def command(session: Session, version: int) -> None:
        person = current_person()
        document = get_document_for_organiser(session, person, document_id)
        publish_document(session, actor=person, now=request_time(), document=document, version=version)

    return _step(document_id, command, _("The document is published and stands in the library."))


@blueprint.post("/documents/<uuid:document_id>/new-edition")
def new_edition(document_id: uuid.UUID) -> ResponseReturnValue:
    """Begin the next edition of a published document."""
    with writing() as session:
        person = current_person()
        document = get_document_for_editor(session, person, document_id)
        following = begin_edition(session, actor=person, now=request_time(), document=document).id
    flash(_("The next edition is a draft now. The published one stays until it is published."))
    return redirect(url_for("library.edit", document_id=following))


def _step(document_id: uuid.UUID, command: Callable[[Session, int], None], done: str) -> ResponseReturnValue:
    form: VersionedForm = StepForm()
    if form.validate_on_submit() and form.carry_out(lambda session: command(session, form.expected_version)):
        flash(done)
    else:
        # A stranger gets 404 from here; whoever may see the page is told there.
        get_document_for_reader(reading(), current_person(), document_id)
        for refusal in form.refusals:
            flash(refusal, "error")
    return redirect(url_for("library.edit", document_id=document_id))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
