"""What authors and hosts do with the sections of a report: begin, write, order, take out, put back, restore."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel.errors import NotFound, Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DOCUMENT, DocumentCommand, DocumentState
from peer_visits.library.steps import lock_document, log_document, step_document
from peer_visits.library.writing.models import DocumentSection, SectionText
from peer_visits.library.writing.queries import list_sections
from peer_visits.library.writing.rules import MOST_SECTIONS
from peer_visits.storage.steps import update_one


def begin_writing(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    headings: Mapping[str, str],
) -> None:
    """Write the report here; the first time with the offered sections, under the headings given by their key."""
    _open_for_writing(session, actor, now, document)
    document.is_written = True
    if _last_position(session, document.id) == 0:
        for position, (key, heading) in enumerate(headings.items(), start=1):
            _new_section(session, actor, now, document.id, position, heading, key)
    session.flush()
    log_document(session, actor, now, document, "document.written_here")


def upload_instead(session: Session, *, actor: Person, now: datetime, document: AnalyticalDocument) -> None:
    """Hand the report in as a file after all; what was written here is kept."""
    _open_for_writing(session, actor, now, document)
    document.is_written = False
    session.flush()
    log_document(session, actor, now, document, "document.uploaded_instead")


def add_section(
    session: Session, *, actor: Person, now: datetime, document: AnalyticalDocument, heading: str
) -> DocumentSection:
    """A new, empty section at the end."""
    _open_for_writing(session, actor, now, document)
    if len(list_sections(session, document.id)) >= MOST_SECTIONS:
        raise Refused(phrase("A report has at most %(most)s sections.", most=MOST_SECTIONS), field="heading")
    position = _last_position(session, document.id) + 1
    section = _new_section(session, actor, now, document.id, position, heading)
    log_document(session, actor, now, document, "document.section_added")
    return section


def save_section(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    section: DocumentSection,
    version: int,
    heading: str,
    text: str,
) -> None:
    """Keep what a section says as its next version. Raises Stale over somebody else's newer one; nothing is lost."""
    _open_for_writing(session, actor, now, document)
    current = session.get_one(SectionText, (section.id, section.version))
    if (current.heading, current.text) == (heading, text):
        return  # also when the same form is sent twice
    _next_text(session, actor, now, section, version, heading, text)
    log_document(session, actor, now, document, "document.section_saved", version=version + 1)


def restore_text(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    section: DocumentSection,
    version: int,
    number: int,
) -> None:
    """Make an earlier text the newest one again; what stood until now stays among the versions."""
    _open_for_writing(session, actor, now, document)
    earlier = session.get(SectionText, (section.id, number))
    if earlier is None:
        raise NotFound
    if number == section.version:
        raise Refused(phrase("This text stands already."))
    _next_text(session, actor, now, section, version, earlier.heading, earlier.text, restored_from=number)
    log_document(session, actor, now, document, "document.section_restored", version=number)


def remove_section(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    section: DocumentSection,
    version: int,
) -> None:
    """Take a section out of the report. It is kept and can be put back."""
    _open_for_writing(session, actor, now, document)
    if section.version != version:
        raise Stale
    section.removed_at = now
    session.flush()
    log_document(session, actor, now, document, "document.section_removed")


def put_back_section(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    section: DocumentSection,
) -> None:
    """Put a section that was taken out at the end of the report."""
    _open_for_writing(session, actor, now, document)
    if section.removed_at is None:
        return
    if len(list_sections(session, document.id)) >= MOST_SECTIONS:
        raise Refused(phrase("A report has at most %(most)s sections.", most=MOST_SECTIONS))
    section.removed_at = None
    section.position = _last_position(session, document.id) + 1
    session.flush()
    log_document(session, actor, now, document, "document.section_put_back")


def order_sections(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    order: Sequence[uuid.UUID],
) -> None:
    """Put the sections in this order; one that is not named, since it is newer than the form, goes to the end."""
    _open_for_writing(session, actor, now, document)
    wanted = {one: at for at, one in enumerate(order)}
    sections = [written.section for written in list_sections(session, document.id)]
    for position, section in enumerate(sorted(sections, key=lambda one: wanted.get(one.id, len(wanted))), 1):
        section.position = position
    session.flush()
    log_document(session, actor, now, document, "document.sections_ordered")


def _open_for_writing(session: Session, actor: Person, now: datetime, document: AnalyticalDocument) -> None:
    """Hold the document; what is owed becomes a draft. Raises Refused once it is with the organiser."""
    lock_document(session, document)
    DOCUMENT.step(document.state, DocumentCommand.SAVE)
    if document.state is DocumentState.OWED:
        step_document(session, actor, now, document, DocumentCommand.SAVE, document.version)


def _next_text(
    session: Session,
    actor: Person,
    now: datetime,
    section: DocumentSection,
    version: int,
    heading: str,
    text: str,
    *,
    restored_from: int | None = None,
) -> None:
    update_one(
        session,
        DocumentSection,
        DocumentSection.id == section.id,
        DocumentSection.version == version,
        DocumentSection.removed_at.is_(None),
        version=version + 1,
    )
    session.add(
        SectionText(
            section_id=section.id,
            number=version + 1,
            heading=heading,
            text=text,
            saved_at=now,
            saved_by=actor.id,
            restored_from=restored_from,
        )
    )
    session.flush()


def _new_section(
    session: Session,
    actor: Person,
    now: datetime,
    document_id: uuid.UUID,
    position: int,
    heading: str,
    offered: str = "",
) -> DocumentSection:
    section = DocumentSection(id=new_id(), document_id=document_id, position=position, offered=offered)
    section.version = 1
    session.add(section)
    session.flush()
    first = SectionText(section_id=section.id, number=1, heading=heading, saved_at=now, saved_by=actor.id)
    session.add(first)
    session.flush()
    return section


def _last_position(session: Session, document_id: uuid.UUID) -> int:
    query = select(func.max(DocumentSection.position)).where(DocumentSection.document_id == document_id)
    return session.scalar(query) or 0
