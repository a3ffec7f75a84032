"""The next edition begins with what the last one said."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.kernel.ids import new_id
from peer_visits.library.writing.models import DocumentSection, SectionText
from peer_visits.library.writing.queries import Written, list_sections


def copy_sections(session: Session, old_id: uuid.UUID, new_document_id: uuid.UUID, now: datetime) -> None:
    """Give a document the sections of another, as they stand; comments and earlier texts stay where they are."""
    for written in list_sections(session, old_id):
        section = DocumentSection(
            id=new_id(),
            document_id=new_document_id,
            position=written.section.position,
            offered=written.section.offered,
            version=1,
        )
        session.add(section)
        session.flush()
        session.add(_copied(section, written, now))
    session.flush()


def _copied(section: DocumentSection, written: Written, now: datetime) -> SectionText:
    said = written.current
    return SectionText(section_id=section.id, number=1, heading=said.heading, text=said.text, saved_at=now)
