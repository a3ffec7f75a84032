"""One section: written, looked at before it is saved, compared with what it was, restored, taken out, put back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.library.printing.coverage import missing_in
from peer_visits.library.writing import services
from peer_visits.library.writing.access import get_section_for_reader, get_section_for_writer
from peer_visits.library.writing.comparing import Piece, compare
from peer_visits.library.writing.forms import SectionForm, section_form
from peer_visits.library.writing.models import SectionText
from peer_visits.library.writing.queries import list_comments, list_texts
from peer_visits.library.writing.rules import HINTS, count_words
from peer_visits.library.writing.views.blueprint import blueprint
from peer_visits.library.writing.views.text import can_write, step
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import VersionedForm, typed
from peer_visits.web.moment import request_time


@blueprint.route("/documents/<uuid:document_id>/sections/<uuid:part_id>", methods=["GET", "POST"])
def section(document_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    """Write a section. A preview saves nothing; a save over a newer text shows both."""
    _document, written = get_section_for_writer(reading(), current_person(), document_id, part_id)
    form = section_form(written)
    if not form.validate_on_submit():
        return _section_page(document_id, part_id, form)
    if "preview" in request.form:
        return _section_page(document_id, part_id, form, preview=typed(form.text))

    act = partial(
        services.save_section,
        version=form.expected_version,
        heading=typed(form.heading),
        text=typed(form.text),
    )
    if form.carry_out(_on_section(document_id, part_id, act)):
        flash(_("“%(heading)s” is saved.", heading=typed(form.heading)))
        return redirect(_back(document_id, part_id))
    return _section_page(document_id, part_id, form)


def _section_page(
    document_id: uuid.UUID, part_id: uuid.UUID, form: SectionForm, preview: str | None = None
) -> ResponseReturnValue:
    # Fetched again: after a refusal this is what somebody else may have saved meanwhile.
    document, written = get_section_for_writer(reading(), current_person(), document_id, part_id)
    if request.method == "GET" and not can_write(document):
        return redirect(_back(document_id, part_id))
    page = render_template(
        "library/writing/section.html",
        document=document,
        visit=document.visit,
        section=written.section,
        current=written.current,
        form=form,
        preview=preview,
        missing=missing_in(preview) if preview else (),
        differences=_differences(form, written.current) if preview is None else None,
        hint=HINTS.get(written.section.offered),
        comments=[one for one in list_comments(reading(), document_id) if one.section_id == part_id],
    )
    return page, 422 if request.method == "POST" and preview is None else 200


def _differences(form: SectionForm, current: SectionText) -> Sequence[Piece] | None:
    """What a newer text has that this form has not; having seen both, the person's next press decides."""
    if form.expected_version == current.number:
        return None
    form.version.data = str(current.number)
    return compare(current.text, form.text.data or "")


@dataclass(frozen=True)
class Comparison:
    """Two texts of a section and the way from one to the other."""

    older: SectionText
    newer: SectionText

    @property
    def pieces(self) -> Sequence[Piece]:
        """What was taken away and what was put in."""
        return compare(self.older.text, self.newer.text)


@blueprint.get("/documents/<uuid:document_id>/sections/<uuid:part_id>/versions")
def versions(document_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    """Every text the section ever had; two of them compared."""
    document, written = get_section_for_reader(reading(), current_person(), document_id, part_id)
    texts = list_texts(reading(), part_id)
    return render_template(
        "library/writing/versions.html",
        document=document,
        visit=document.visit,
        section=written.section,
        current=written.current,
        texts=texts,
        comparison=_compared(texts),
        count_words=count_words,
        can_write=can_write(document),
    )


def _compared(texts: Sequence[SectionText]) -> Comparison | None:
    """The two that were asked for, in their order; without a question the newest and the one before."""
    by_number = {one.number: one for one in texts}
    newest = texts[0].number
    newer = request.args.get("newer", newest, type=int)
    older = request.args.get("older", newer - 1, type=int)
    if older not in by_number or newer not in by_number or older == newer:
        return None
    return Comparison(by_number[min(older, newer)], by_number[max(older, newer)])


@blueprint.post("/documents/<uuid:document_id>/sections/<uuid:part_id>/versions/<int:number>/restore")
def restore(document_id: uuid.UUID, part_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Make an earlier text the newest again."""
    act = partial(services.restore_text, version=VersionedForm().expected_version, number=number)
    step(_on_section(document_id, part_id, act), _("Version %(n)s stands again, as a new version.", n=number))
    return redirect(url_for("writing.versions", document_id=document_id, part_id=part_id))


@blueprint.post("/documents/<uuid:document_id>/sections/<uuid:part_id>/remove")
def remove(document_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    """Take the section out; it is kept."""
    act = partial(services.remove_section, version=VersionedForm().expected_version)
    done = _("The section is taken out. It is kept below and can be put back.")
    step(_on_section(document_id, part_id, act), done)
    return redirect(url_for("writing.sections", document_id=document_id))


@blueprint.post("/documents/<uuid:document_id>/sections/<uuid:part_id>/put-back")
def put_back(document_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    """Put a section back that was taken out."""
    step(_on_section(document_id, part_id, services.put_back_section), _("The section is back, at the end."))
    return redirect(url_for("writing.sections", document_id=document_id))


def _on_section(
    document_id: uuid.UUID, part_id: uuid.UUID, act: Callable[..., None]
) -> Callable[[Session], None]:
    """What to do with a section, by the person and at the time of this request, once they may write it."""

    def command(session: Session) -> None:
        person = current_person()
        document, written = get_section_for_writer(session, person, document_id, part_id)
        act(session, actor=person, now=request_time(), document=document, section=written.section)

    return command


def _back(document_id: uuid.UUID, part_id: uuid.UUID) -> str:
    return url_for("writing.show", document_id=document_id, _anchor=f"section-{part_id.hex}")
