"""Reads about the sections of a report, their texts, and what was said about them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.writing.models import DocumentComment, DocumentSection, SectionText
from peer_visits.library.writing.states import CommentState
from peer_visits.visits.models import HostMember, Visit


@dataclass(frozen=True)
class Written:
    """A section as it stands."""

    section: DocumentSection
    current: SectionText


# Which text of which section, in their order.
Fingerprint = tuple[tuple[uuid.UUID, int], ...]


def fingerprint(sections: Sequence[Written]) -> Fingerprint:
    """What would be printed now; any save, and any other order, makes another one."""
    return tuple((one.section.id, one.section.version) for one in sections)


def list_sections(session: Session, document_id: uuid.UUID) -> list[Written]:
    """The sections of a document in their order, each with its text as it stands."""
    query = _written(document_id).where(DocumentSection.removed_at.is_(None))
    return _all(session, query.order_by(DocumentSection.position, DocumentSection.id))


def list_removed(session: Session, document_id: uuid.UUID) -> list[Written]:
    """The sections that were taken out and can be put back, the last one first."""
    query = _written(document_id).where(DocumentSection.removed_at.is_not(None))
    return _all(session, query.order_by(DocumentSection.removed_at.desc(), DocumentSection.id))


def find_section(session: Session, document_id: uuid.UUID, section_id: uuid.UUID) -> Written | None:
    """A section of this document as it stands, also one that was removed."""
    found = _all(session, _written(document_id).where(DocumentSection.id == section_id))
    return found[0] if found else None


def list_texts(session: Session, section_id: uuid.UUID) -> Sequence[SectionText]:
    """Every text a section ever had, the newest first."""
    query = select(SectionText).where(SectionText.section_id == section_id)
    query = query.options(joinedload(SectionText.author)).order_by(SectionText.number.desc())
    return session.scalars(query).all()


def list_comments(session: Session, document_id: uuid.UUID) -> Sequence[DocumentComment]:
    """What was said about a document and its sections, in the order it was said."""
    query = (
        select(DocumentComment)
        .where(DocumentComment.document_id == document_id)
        .options(joinedload(DocumentComment.speaker), joinedload(DocumentComment.answerer))
        .order_by(DocumentComment.said_at, DocumentComment.id)
    )
    return session.scalars(query).all()


def count_open_comments(session: Session, document_ids: Sequence[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many comments on each of these documents wait for an answer."""
    query = (
        select(DocumentComment.document_id, func.count())
        .where(
            DocumentComment.document_id.in_(document_ids),
            DocumentComment.state == CommentState.OPEN,
        )
        .group_by(DocumentComment.document_id)
    )
    return Counter(dict(session.execute(query).all()))


def list_concerned(session: Session, document: AnalyticalDocument) -> Sequence[Person]:
    """Who is to know what is said about a document: its authors, and who commented before and still may read it."""
    visit_id = document.visit_id
    speakers = select(DocumentComment.said_by).where(DocumentComment.document_id == document.id)
    hosts = select(HostMember.person_id).where(HostMember.visit_id == visit_id)
    organisers = (
        select(ProgrammeOrganiser.person_id)
        .join(Call, Call.programme_id == ProgrammeOrganiser.programme_id)
        .join(Visit, Visit.call_id == Call.id)
        .where(Visit.id == visit_id)
    )
    authors = select(DocumentAuthor.person_id).where(DocumentAuthor.visit_id == visit_id)
    may_read = or_(Person.id.in_(hosts), Person.id.in_(organisers))
    query = select(Person).where(or_(Person.id.in_(authors), and_(Person.id.in_(speakers), may_read)))
    return session.scalars(query.order_by(Person.id)).all()


def list_waiting_comments(
    session: Session,
    document_id: uuid.UUID,
    reader_id: uuid.UUID | None,
    since: datetime,
    until: datetime,
) -> Sequence[Row[str, str]]:
    """The comments of others than the reader, from one moment until before another, that nobody has answered.

    Each as the speaker's name and the heading it is about, as it was.
    """
    is_text = and_(
        SectionText.section_id == DocumentComment.section_id, SectionText.number == DocumentComment.on_version
    )
    query = (
        select(Person.name, SectionText.heading)
        .select_from(DocumentComment)
        .outerjoin(Person, Person.id == DocumentComment.said_by)
        .outerjoin(SectionText, is_text)
        .where(
            DocumentComment.document_id == document_id,
            DocumentComment.state == CommentState.OPEN,
            DocumentComment.said_by.is_distinct_from(reader_id),
            DocumentComment.said_at >= since,
            DocumentComment.said_at < until,
        )
    )
    return session.execute(query.order_by(DocumentComment.said_at, DocumentComment.id)).all()


def _written(document_id: uuid.UUID) -> Select[DocumentSection, SectionText]:
    is_current = and_(
        SectionText.section_id == DocumentSection.id, SectionText.number == DocumentSection.version
    )
    return (
        select(DocumentSection, SectionText)
        .join(SectionText, is_current)
        .where(DocumentSection.document_id == document_id)
        .options(joinedload(SectionText.author))
    )


def _all(session: Session, query: Select[DocumentSection, SectionText]) -> list[Written]:
    return [Written(section, text) for section, text in session.execute(query)]
