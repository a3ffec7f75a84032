"""The report as it is being written: read whole with its comments, begun, put in order."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.library.access import get_document_for_reader, get_document_for_writer, may_write, organises
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing import typeset
from peer_visits.library.printing.making import report_of
from peer_visits.library.rules import UNFINISHED
from peer_visits.library.states import DOCUMENT, DocumentCommand
from peer_visits.library.writing import services
from peer_visits.library.writing.forms import (
    AnswerForm,
    CommentForm,
    NewSectionForm,
    answer_form,
    comment_form,
)
from peer_visits.library.writing.models import DocumentComment
from peer_visits.library.writing.queries import list_comments, list_removed, list_sections
from peer_visits.library.writing.rules import HINTS, OFFERED, count_words
from peer_visits.library.writing.states import CommentState
from peer_visits.library.writing.views.blueprint import blueprint
from peer_visits.storage.transaction import reading
from peer_visits.web.formats import say
from peer_visits.web.forms import Form, typed
from peer_visits.web.moment import request_time
from peer_visits.web.typesetting import NotSet

_POSITION = re.compile("part_([0-9a-f]{32})")


@blueprint.get("/documents/<uuid:document_id>/text")
def show(document_id: uuid.UUID) -> ResponseReturnValue:
    """The whole report as it stands, with what was said about it."""
    return text_page(document_id)


def text_page(document_id: uuid.UUID, sent: CommentForm | AnswerForm | None = None) -> ResponseReturnValue:
    """The page, with a form that was sent and has to be mended in its place."""
    person = current_person()
    document = get_document_for_reader(reading(), person, document_id)
    comments = list_comments(reading(), document_id)
    sections = list_sections(reading(), document_id)
    about = [None, *(one.section.id for one in sections)]
    forms = {form.text.id: form for form in (*map(comment_form, about), *map(answer_form, _open(comments)))}
    if sent is not None:
        forms[sent.text.id] = sent
    page = render_template(
        "library/writing/text.html",
        document=document,
        visit=document.visit,
        sections=sections,
        comments=_by_section(comments),
        forms=forms,
        sent=sent,
        hints=HINTS,
        count_words=count_words,
        can_write=can_write(document),
        can_comment=document.state in UNFINISHED,
        organises=organises(reading(), person, document),
    )
    return page, 422 if sent else 200


def _open(comments: Sequence[DocumentComment]) -> list[uuid.UUID]:
    return [one.id for one in comments if one.state is CommentState.OPEN]


def _by_section(comments: Sequence[DocumentComment]) -> dict[uuid.UUID | None, list[DocumentComment]]:
    found: defaultdict[uuid.UUID | None, list[DocumentComment]] = defaultdict(list)
    for one in comments:
        found[one.section_id].append(one)
    return dict(found)


def can_write(document: AnalyticalDocument) -> bool:
    """Whether the person of this request may write the sections as things stand."""
    is_open = DOCUMENT.allows(document.state, DocumentCommand.SAVE)
    return is_open and may_write(reading(), current_person(), document)


@blueprint.get("/documents/<uuid:document_id>/text.pdf")
def preview(document_id: uuid.UUID) -> Response:
    """The PDF as it would be made now."""
    document = get_document_for_reader(reading(), current_person(), document_id)
    report, name = report_of(reading(), document), document.slug
    reading().rollback()  # it takes seconds; nothing stays open meanwhile
    try:
        response = Response(typeset(report), mimetype="application/pdf")
    except NotSet as failure:
        raise Refused(phrase("The PDF could not be made from this text.")) from failure
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-draft.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/documents/<uuid:document_id>/text/begin")
def begin(document_id: uuid.UUID) -> ResponseReturnValue:
    """Write the report here."""
    headings = {one.key: say(one.heading) for one in OFFERED}

    def command(session: Session) -> None:
        document = get_document_for_writer(session, current_person(), document_id)
        services.begin_writing(
            session, actor=current_person(), now=request_time(), document=document, headings=headings
        )

    if step(command, _("The sections are laid out. Rename, reorder, add and take out what you like.")):
        return redirect(url_for("writing.show", document_id=document_id))
    return redirect(url_for("library.edit", document_id=document_id))


@blueprint.post("/documents/<uuid:document_id>/text/set-aside")
def set_aside(document_id: uuid.UUID) -> ResponseReturnValue:
    """Upload a PDF after all."""

    def command(session: Session) -> None:
        document = get_document_for_writer(session, current_person(), document_id)
        services.upload_instead(session, actor=current_person(), now=request_time(), document=document)

    step(command, _("The report is uploaded now. What was written here is kept."))
    return redirect(url_for("library.edit", document_id=document_id))


def step(command: Callable[[Session], object], done: str) -> bool:
    """Run a command that needs nothing typed, and tell how it went. A stranger's NotFound passes through."""
    form = Form()
    if form.validate_on_submit() and form.carry_out(command):
        flash(done)
        return True
    for refusal in form.refusals:
        flash(refusal, "error")
    return False


@blueprint.route("/documents/<uuid:document_id>/text/sections", methods=["GET", "POST"])
def sections(document_id: uuid.UUID) -> ResponseReturnValue:
    """The sections in their order; posting puts them in another."""
    get_document_for_writer(reading(), current_person(), document_id)
    order, form = _typed_order(), Form()

    def command(session: Session) -> None:
        document = get_document_for_writer(session, current_person(), document_id)
        services.order_sections(
            session, actor=current_person(), now=request_time(), document=document, order=order
        )

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The order is saved."))
        return redirect(url_for("writing.sections", document_id=document_id))
    return _sections_page(document_id, form, NewSectionForm(formdata=None))


def _typed_order() -> list[uuid.UUID]:
    """The sections by the number beside each; what is odd is left out."""
    found: list[tuple[int, int, uuid.UUID]] = []
    for name, value in request.form.items():
        field = _POSITION.fullmatch(name)
        if field and value.isascii() and value.isdigit():
            found.append((int(value[:9]), len(found), uuid.UUID(field[1])))
    return [one for _number, _at, one in sorted(found)]


@blueprint.post("/documents/<uuid:document_id>/text/sections/new")
def add(document_id: uuid.UUID) -> ResponseReturnValue:
    """Add a section, and go on to write it."""
    get_document_for_writer(reading(), current_person(), document_id)
    form, added = NewSectionForm(), []

    def command(session: Session) -> None:
        document = get_document_for_writer(session, current_person(), document_id)
        section = services.add_section(
            session,
            actor=current_person(),
            now=request_time(),
            document=document,
            heading=typed(form.heading),
        )
        added.append(section.id)

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The section is added."))
        return redirect(url_for("writing.section", document_id=document_id, part_id=added[0]))
    return _sections_page(document_id, Form(formdata=None), form)


def _sections_page(document_id: uuid.UUID, form: Form, new: NewSectionForm) -> ResponseReturnValue:
    document = get_document_for_writer(reading(), current_person(), document_id)
    page = render_template(
        "library/writing/sections.html",
        document=document,
        visit=document.visit,
        sections=list_sections(reading(), document_id),
        removed=list_removed(reading(), document_id),
        form=form,
        new=new,
        count_words=count_words,
        can_write=can_write(document),
    )
    return page, 422 if request.method == "POST" else 200
