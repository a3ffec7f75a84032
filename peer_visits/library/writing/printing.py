"""The report that was written here as plain values, and its PDF, made before the transaction that sends it in."""

from __future__ import annotations

import io
from collections.abc import Sequence

from sqlalchemy.orm import Session

from peer_visits.files.services import AcceptedFile, accept_pdf
from peer_visits.files.store import Store
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.library.citing import authors_of
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing import typeset
from peer_visits.library.printing.values import PrintedReport, PrintedSection
from peer_visits.library.writing.queries import Fingerprint, Written, fingerprint, list_sections
from peer_visits.web.typesetting import NotSet


def printed_report(document: AnalyticalDocument, sections: Sequence[Written]) -> PrintedReport:
    """The report as it stands, without the sections that say nothing."""
    visit = document.visit
    written = [one.current for one in sections if one.current.text.strip()]
    return PrintedReport(
        title=document.title or visit.title,
        slug=visit.slug,
        visit=visit.title,
        host=visit.host_name,
        place=visit.place,
        country=visit.country,
        programme=visit.call.programme.name,
        language=document.language,
        tag_line=document.tag_line,
        host_line=document.host_line,
        authors=tuple(authors_of(document)),
        dated=document.dated,
        edition=document.edition,
        licence=document.licence,
        doi=document.doi,
        summary=document.summary,
        sections=tuple(PrintedSection(one.heading, one.text) for one in written),
        is_sample=document.is_sample,
    )


def make_pdf(report: PrintedReport) -> bytes:
    """The report's PDF. It takes seconds, so nothing is open meanwhile. Raises Refused if it cannot be made."""
    try:
        return typeset(report)
    except NotSet as failure:
        raise Refused(
            phrase("The PDF could not be made from this text. Please tell the organiser.")
        ) from failure


def print_document(
    session: Session, store: Store, document: AnalyticalDocument, *, most_bytes: int
) -> tuple[AcceptedFile, Fingerprint]:
    """The report's PDF in the store, and what it was made of. The session is let go of while it is made."""
    sections = list_sections(session, document.id)
    report, made_of, name = printed_report(document, sections), fingerprint(sections), f"{document.slug}.pdf"
    session.rollback()
    return accept_pdf(store, io.BytesIO(make_pdf(report)), name, most_bytes=most_bytes), made_of
