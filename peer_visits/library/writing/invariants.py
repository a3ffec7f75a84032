"""What must always hold of reports that are written here."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.models import DocumentSection, SectionText


def find_broken(session: Session) -> list[str]:
    """Sections whose texts do not add up, and reports that left their authors without a file."""
    return [*_gaps(session), *_without_file(session)]


def _gaps(session: Session) -> list[str]:
    """A section stands at its newest text, and no text in between is missing."""
    query = (
        select(DocumentSection.id, DocumentSection.version, func.count(), func.max(SectionText.number))
        .outerjoin(SectionText, SectionText.section_id == DocumentSection.id)
        .group_by(DocumentSection.id, DocumentSection.version)
    )
    return [
        f"section {section_id} stands at version {version}, but has {count} texts up to {newest}"
        for section_id, version, count, newest in session.execute(query)
        if not version == count == newest
    ]


def _without_file(session: Session) -> list[str]:
    query = select(AnalyticalDocument.id).where(
        AnalyticalDocument.is_written,
        AnalyticalDocument.file_id.is_(None),
        AnalyticalDocument.state.in_((DocumentState.IN_REVIEW, DocumentState.PUBLISHED)),
    )
    return [f"report {one} was sent in without its PDF" for one in session.scalars(query)]
