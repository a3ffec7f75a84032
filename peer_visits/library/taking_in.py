"""A report that exists already enters the library as it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.files.models import StoredFile
from peer_visits.library.duties import owe_document
from peer_visits.library.models import AnalyticalDocument, DocumentTopic
from peer_visits.library.searching import index_document
from peer_visits.library.services import DocumentContent
from peer_visits.library.states import DocumentCommand
from peer_visits.library.steps import step_document
from peer_visits.visits.models import Visit


def take_in_document(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    content: DocumentContent,
    file: StoredFile | None,
) -> AnalyticalDocument:
    """Publish the visit's first document without anybody writing or reviewing it here. Nobody is told.

    Raises Refused if the visit has a document that is not just owed.
    """
    owe_document(session, actor=actor, now=now, visit=visit)
    document = session.scalars(
        select(AnalyticalDocument)
        .where(AnalyticalDocument.visit_id == visit.id)
        .order_by(AnalyticalDocument.edition.desc())
        .limit(1)
    ).one()
    session.refresh(document, ["visit"])
    values: dict[str, object] = {name: value for name, value in vars(content).items() if name != "topics"}
    values |= {"file_id": file.id if file else None, "published_at": now}
    step_document(session, actor, now, document, DocumentCommand.TAKE_IN, document.version, **values)
    document.topics = [DocumentTopic(topic=topic) for topic in content.topics]
    session.flush()
    index_document(session, document)
    return document
