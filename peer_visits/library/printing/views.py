"""A report that was written here, read on the screen: before it is published by those it concerns."""

from __future__ import annotations

import uuid

from flask import Blueprint, render_template

from peer_visits.accounts.current import current_person
from peer_visits.kernel.errors import NotFound
from peer_visits.library.access import get_document_for_reader, get_published_document
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing.making import report_of
from peer_visits.library.printing.reading import contents_of
from peer_visits.library.printing.typesetting import language_tag
from peer_visits.library.printing.values import agenda_by_day
from peer_visits.library.printing.words import Words
from peer_visits.library.states import DocumentState
from peer_visits.storage.transaction import reading

blueprint = Blueprint("printed", __name__)


@blueprint.get("/library/<slug>/read")
def read(slug: str) -> str:
    """The whole report as a page; one that was handed in as a file has none."""
    return _page(get_published_document(reading(), slug))


@blueprint.get("/documents/<uuid:document_id>/read")
def preview(document_id: uuid.UUID) -> str:
    """The report as the page it will be, for those who write and judge it."""
    return _page(get_document_for_reader(reading(), current_person(), document_id))


def _page(document: AnalyticalDocument) -> str:
    if not document.is_written:
        raise NotFound
    report = report_of(reading(), document)
    words = Words(report.language)
    return render_template(
        "library/read.html",
        document=document,
        is_out=document.state is DocumentState.PUBLISHED,
        report=report,
        words=words,
        language=language_tag(report.language),
        contents=contents_of(report, words),
        days=agenda_by_day(report),
    )
