"""Comments on a report. Importing this module brings every page of writing."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.kernel.errors import NotFound
from peer_visits.library.access import get_document_for_reader
from peer_visits.library.writing.access import get_comment_for_reader, get_section_for_reader
from peer_visits.library.writing.comments import answer_comment, make_comment
from peer_visits.library.writing.forms import answer_form, comment_form
from peer_visits.library.writing.views.blueprint import blueprint
from peer_visits.library.writing.views.text import text_page
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.post("/documents/<uuid:document_id>/comments")
def comment(document_id: uuid.UUID) -> ResponseReturnValue:
    """Say something about a section, or about the whole."""
    get_document_for_reader(reading(), current_person(), document_id)
    part_id = _asked_part()
    form = comment_form(part_id, is_sent=True)

    def command(session: Session) -> None:
        person = current_person()
        document = get_document_for_reader(session, person, document_id)
        part = get_section_for_reader(session, person, document_id, part_id)[1].section if part_id else None
        make_comment(
            session, actor=person, now=request_time(), document=document, section=part, text=typed(form.text)
        )

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("Your comment stands there now."))
        return redirect(_at(document_id, part_id))
    return text_page(document_id, form)


@blueprint.post("/documents/<uuid:document_id>/comments/<uuid:comment_id>/answer")
def answer(document_id: uuid.UUID, comment_id: uuid.UUID) -> ResponseReturnValue:
    """Answer a comment, which closes it."""
    _document, about = get_comment_for_reader(reading(), current_person(), document_id, comment_id)
    part_id, form = about.section_id, answer_form(comment_id, is_sent=True)

    def command(session: Session) -> None:
        document, comment = get_comment_for_reader(session, current_person(), document_id, comment_id)
        answer_comment(
            session,
            actor=current_person(),
            now=request_time(),
            document=document,
            comment=comment,
            answer=typed(form.text),
        )

    if form.validate_on_submit() and form.carry_out(command):
        flash(_("The comment is answered."))
        return redirect(_at(document_id, part_id))
    return text_page(document_id, form)


def _asked_part() -> uuid.UUID | None:
    asked = request.args.get("section", "")
    try:
        return uuid.UUID(asked) if asked else None
    except ValueError as error:
        raise NotFound from error


def _at(document_id: uuid.UUID, part_id: uuid.UUID | None) -> str:
    anchor = f"section-{part_id.hex}" if part_id else "whole"
    return url_for("writing.show", document_id=document_id, _anchor=anchor)
