"""From a document that is written here to its report, and from the report to the file that is kept."""

from __future__ import annotations

import io

from sqlalchemy.orm import Session

from peer_visits.files.services import AcceptedFile, accept_pdf
from peer_visits.files.serving import current_store
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.printing.gathering import gather_report
from peer_visits.library.printing.sources import current_sources
from peer_visits.library.printing.typesetting import typeset
from peer_visits.library.printing.values import PrintedReport, PrintedSection
from peer_visits.library.writing.queries import list_sections

MOST_BYTES = 50 * 1024 * 1024


def report_of(session: Session, document: AnalyticalDocument) -> PrintedReport:
    """What the document says now; its visit is at hand. A fixed number of statements, whatever is in it."""
    written = [one.current for one in list_sections(session, document.id)]
    sections = [PrintedSection(one.heading, one.text) for one in written if one.text.strip()]
    return gather_report(session, document, sections, current_sources())


def make_file(report: PrintedReport) -> AcceptedFile:
    """The report as PDF in the store, opened like an upload, with its text and its first page.

    It takes seconds, so never inside a transaction. Raises NotSet.
    """
    content = io.BytesIO(typeset(report))
    return accept_pdf(current_store(), content, f"{report.slug}.pdf", most_bytes=MOST_BYTES)
