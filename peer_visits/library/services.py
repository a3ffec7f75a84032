"""What authors and organisers do with a document: save, send in, return, publish, begin the next edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, select, text, update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.queries import list_organisers
from peer_visits.files.models import StoredFile
from peer_visits.files.services import remove_records
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.library.messages import about_document
from peer_visits.library.models import AnalyticalDocument, DocumentDownload, DocumentTopic
from peer_visits.library.queries import count_editions, list_authors, list_published_editions
from peer_visits.library.searching import index_document, remove_entry
from peer_visits.library.states import DocumentCommand, DocumentState
from peer_visits.library.steps import lock_document, log_document, step_document
from peer_visits.library.writing.copying import copy_sections
from peer_visits.library.writing.queries import Fingerprint, Written, fingerprint, list_sections
from peer_visits.library.writing.rules import is_anything_written
from peer_visits.outbox.services import post
from peer_visits.places.queries import list_participants
from peer_visits.visits.queries import list_host_team


@dataclass(frozen=True)
class DocumentContent:
    """What an author tells about a document."""

    title: str
    authors: str
    summary: str
    dated: date | None
    language: str
    licence: str
    doi: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeFile:
    """The PDF of a document that was written here, and the sections it was made of."""

    file: StoredFile
    made_of: Fingerprint


def save_document(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    version: int,
    content: DocumentContent,
    file: StoredFile | None,
) -> None:
    """Keep what the author tells, and the uploaded file if there is a new one."""
    values: dict[str, object] = {name: value for name, value in vars(content).items() if name != "topics"}
    if file is not None:
        values["file_id"] = file.id
    step_document(session, actor, now, document, DocumentCommand.SAVE, version, **values)
    document.topics = [DocumentTopic(topic=topic) for topic in content.topics]
    session.flush()


def send_in(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    document: AnalyticalDocument,
    version: int,
    made: MadeFile | None = None,
) -> None:
    """Send the document to the organiser for publication, with the PDF made of it if it was written here.

    Raises Refused where something is missing, Stale if the text is not the one the PDF was made of.
    """
    lock_document(session, document)
    values: dict[str, object] = {}
    if document.state is DocumentState.DRAFT:
        require_complete(document, list_sections(session, document.id) if document.is_written else [])
        if document.is_written:
            values["file_id"] = _require_current(session, document, made).id
    step_document(
        session, actor, now, document, DocumentCommand.SEND_IN, version, sent_in_at=now, note="", **values
    )
    people = list_organisers(session, document.visit.call.programme_id)
    _tell(session, "document.sent_in", document, people, now, author=actor.name)


def require_complete(document: AnalyticalDocument, sections: Sequence[Written]) -> None:
    """Raises Refused while the document cannot be sent in: it needs its title, and its PDF or its text."""
    if document.is_written and not (
        document.title and is_anything_written(one.current.text for one in sections)
    ):
        raise Refused(
            phrase("Before you send it in, the document needs a title and something written in it.")
        )
    if not document.is_written and not (document.file_id and document.title):
        raise Refused(phrase("Before you send it in, the document needs a title and its PDF."))


def _require_current(session: Session, document: AnalyticalDocument, made: MadeFile | None) -> StoredFile:
    if made is None or made.made_of != fingerprint(list_sections(session, document.id)):
        raise Stale(phrase("The text was changed while its PDF was made. Look at it again, then send it in."))
    return made.file


def return_document(
    session: Session, *, actor: Person, now: datetime, document: AnalyticalDocument, version: int, note: str
) -> list[str]:
    """Give the document back to its authors, with what is to be changed.

    Of one that was written here the PDF goes: its text goes on, and sending it in again makes another. Returns the
    keys of its bytes, to be removed after the commit.
    """
    values: dict[str, object] = {"sent_in_at": None, "note": note}
    made_id = document.file_id if document.is_written else None
    if made_id:
        values["file_id"] = None
    step_document(session, actor, now, document, DocumentCommand.RETURN, version, **values)
    _tell(session, "document.returned", document, list_authors(session, document.visit_id), now, note=note)
    return remove_records(session, [made_id]) if made_id else []


def publish_document(
    session: Session, *, actor: Person, now: datetime, document: AnalyticalDocument, version: int
) -> None:
    """Put the document into the library; an earlier edition gives way to it. Everyone concerned is told."""
    for earlier in list_published_editions(session, document.visit_id):
        step_document(
            session, actor, now, earlier, DocumentCommand.SUPERSEDE, earlier.version, is_indexed=False
        )
        remove_entry(session, earlier.id)
    dated = document.dated or now.date()
    step_document(
        session, actor, now, document, DocumentCommand.PUBLISH, version, published_at=now, dated=dated
    )
    index_document(session, document)
    _tell(session, "document.published", document, _concerned(session, document), now)


def begin_edition(
    session: Session, *, actor: Person, now: datetime, document: AnalyticalDocument
) -> AnalyticalDocument:
    """Begin the next edition of a published document as a draft; the published one stays until then."""
    if document.state is not DocumentState.PUBLISHED:
        raise Refused(phrase("Only a published document gets a next edition."))
    latest = count_editions(session, document.visit_id)
    unfinished = select(AnalyticalDocument.id).where(
        AnalyticalDocument.visit_id == document.visit_id,
        AnalyticalDocument.state.not_in((DocumentState.PUBLISHED, DocumentState.SUPERSEDED)),
    )
    if session.scalar(unfinished):
        raise Refused(phrase("The next edition has been begun already."))
    following = AnalyticalDocument(
        id=new_id(),
        visit_id=document.visit_id,
        slug=document.slug,
        edition=latest + 1,
        state=DocumentState.DRAFT,
        title=document.title,
        tag_line=document.tag_line,
        host_line=document.host_line,
        authors=document.authors,
        summary=document.summary,
        language=document.language,
        licence=document.licence,
        is_written=document.is_written,
        is_sample=document.is_sample,
        topics=[DocumentTopic(topic=one.topic) for one in document.topics],
    )
    session.add(following)
    session.flush()
    copy_sections(session, document.id, following.id, now)
    session.refresh(following, ["visit"])
    log_document(session, actor, now, following, "document.edition_begun")
    return following


def index_again(session: Session, visit_id: UUID) -> None:
    """What is said about the visit has changed: a sweep indexes its document anew."""
    session.execute(
        update(AnalyticalDocument)
        .where(AnalyticalDocument.visit_id == visit_id, AnalyticalDocument.is_indexed)
        .values(is_indexed=False)
    )


def count_download(session: Session, document_id: UUID, day: date) -> None:
    """One download more on this day; nothing is noted of who asked."""
    table = DocumentDownload.__tablename__
    once = (
        f"INSERT INTO {table} (document_id, day, count) VALUES (:document_id, :day, 1) "  # noqa: S608  (our own name)
        f"ON CONFLICT (document_id, day) DO UPDATE SET count = {table}.count + 1"
    )
    types = [bindparam("document_id", type_=Uuid), bindparam("day", type_=Date)]
    session.execute(text(once).bindparams(*types), {"document_id": document_id, "day": day})


def _concerned(session: Session, document: AnalyticalDocument) -> Sequence[Person]:
    people = [
        *list_authors(session, document.visit_id),
        *list_host_team(session, document.visit_id),
        *(place.person for place in list_participants(session, document.visit_id)),
    ]
    return list({person.id: person for person in people}.values())


def _tell(
    session: Session,
    kind: str,
    document: AnalyticalDocument,
    people: Sequence[Person],
    now: datetime,
    **data: object,
) -> None:
    for person in people:
        post(session, about_document(kind, document, person, **data), now=now)
