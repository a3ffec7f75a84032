"""What a visitor looks for on the shelf: words, facets with counts, and the passages that were found."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, extract, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.calls.models import Call, Programme
from peer_visits.files.models import FileText
from peer_visits.library.models import AnalyticalDocument, DocumentDownload, DocumentTopic
from peer_visits.library.passages import Part, find_passage
from peer_visits.library.queries import PUBLISHED, with_visit
from peer_visits.library.searching import MOST_HITS, find_hits
from peer_visits.library.states import DocumentState
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostKind
from peer_visits.web.pages import Page, cut_page, fetch_page

# As much of a text as is looked through for a passage to show; the search itself knows the whole.
_LOOKED_THROUGH = 200_000
_YEAR = extract("year", Call.closes_at)
_COLUMNS: dict[str, Any] = {
    "year": _YEAR,
    "country": Visit.country,
    "kind": Visit.host_kind,
    "language": AnalyticalDocument.language,
    "programme": Programme.slug,
}
_OUT = (DocumentState.PUBLISHED, DocumentState.SUPERSEDED)


@dataclass(frozen=True)
class Asked:
    """Words, and one value for each facet; none where it is empty. A programme goes by its slug."""

    words: str = ""
    topic: str = ""
    country: str = ""
    year: int | None = None
    kind: str = ""
    language: str = ""
    programme: str = ""

    def filters(self) -> dict[str, Any]:
        """The facets that narrow, by name."""
        return {name: value for name in ("topic", *_COLUMNS) if (value := getattr(self, name))}

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The address of this, with other values for some of it; what is empty is left out."""
        values = {**self.filters(), "q": self.words, **changes}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Shelf:
    """One page of what was found. Counts of a facet leave its own choice out, so that it can be changed."""

    page: Page[AnalyticalDocument]
    facets: dict[str, dict[Any, int]]
    programmes: dict[str, str]
    passages: dict[uuid.UUID, list[Part]] = field(default_factory=dict)
    is_cut: bool = False


def find_shelf(session: Session, asked: Asked, number: int) -> Shelf:
    """A page of the library: the best first where words are asked for, else the oldest call first in its order."""
    if not asked.words:
        page = fetch_page(session, _in_order(asked), number)
        return Shelf(page, *_find_facets(session, asked, None))
    hits, words = find_hits(session, asked.words)
    fitting = set(session.scalars(_narrowed(select(AnalyticalDocument.id), asked, hits)))
    ids = cut_page([one for one in hits if one in fitting], number)
    found = {one.id: one for one in session.scalars(_with_all(ids.items))}
    documents = [found[one] for one in ids.items]
    page = Page(documents, ids.number, ids.total, ids.size)
    passages = _find_passages(session, documents, words)
    return Shelf(page, *_find_facets(session, asked, hits), passages, len(hits) == MOST_HITS)


def _with_all(ids: Sequence[uuid.UUID]) -> Select[Any]:
    return with_visit(select(AnalyticalDocument)).where(AnalyticalDocument.id.in_(ids))


def _in_order(asked: Asked) -> Select[Any]:
    query = _where(with_visit(select(AnalyticalDocument)).join(Call.programme), asked)
    return query.order_by(Call.closes_at, Visit.position, AnalyticalDocument.edition)


def _narrowed(query: Select[Any], asked: Asked, hits: Sequence[uuid.UUID]) -> Select[Any]:
    joined = _joined(query).where(AnalyticalDocument.id.in_(hits))
    return _where(joined, asked)


def _joined(query: Select[*tuple[Any, ...]]) -> Select[Any]:
    return query.join(AnalyticalDocument.visit).join(Visit.call).join(Call.programme)


def _where(query: Select[Any], asked: Asked) -> Select[Any]:
    filters = asked.filters()
    conditions = [_COLUMNS[name] == value for name, value in filters.items() if name in _COLUMNS]
    if asked.topic:
        conditions.append(_has_topic(asked.topic))
    return query.where(PUBLISHED, *conditions)


def _has_topic(topic: str) -> ColumnElement[bool]:
    return exists().where(DocumentTopic.document_id == AnalyticalDocument.id, DocumentTopic.topic == topic)


def _find_facets(
    session: Session, asked: Asked, hits: Sequence[uuid.UUID] | None
) -> tuple[dict[str, dict[Any, int]], dict[str, str]]:
    """What can be chosen, with how many documents it leads to, and the names of programmes: two statements."""
    among = [PUBLISHED] if hits is None else [PUBLISHED, AnalyticalDocument.id.in_(hits)]
    columns = (*_COLUMNS.values(), Programme.name)
    rows = session.execute(
        _joined(select(*columns, func.count()).select_from(AnalyticalDocument))
        .where(*among, *([_has_topic(asked.topic)] if asked.topic else []))
        .group_by(*columns)
    ).all()
    filters = {name: value for name, value in asked.filters().items() if name in _COLUMNS}
    facets = {name: _count(rows, name, filters) for name in _COLUMNS}
    facets["topic"] = _count_topics(session, filters, among)
    slug_at = list(_COLUMNS).index("programme")
    return facets, {row[slug_at]: row[-2] for row in rows}


def _count(rows: Sequence[Any], name: str, filters: dict[str, Any]) -> dict[Any, int]:
    names = list(_COLUMNS)
    found: Counter[Any] = Counter()
    for row in rows:
        values = dict(zip(names, row, strict=False))
        if all(values[other] == value for other, value in filters.items() if other != name):
            found[int(values[name]) if name == "year" else values[name]] += row[-1]
    return dict(sorted(found.items()))


def _count_topics(
    session: Session, filters: dict[str, Any], among: list[ColumnElement[bool]]
) -> dict[Any, int]:
    query = (
        _joined(select(DocumentTopic.topic, func.count()).select_from(AnalyticalDocument))
        .join(DocumentTopic, DocumentTopic.document_id == AnalyticalDocument.id)
        .where(*among, *(_COLUMNS[name] == value for name, value in filters.items()))
        .group_by(DocumentTopic.topic)
    )
    return dict(sorted((topic, count) for topic, count in session.execute(query)))


def _find_passages(
    session: Session, documents: Sequence[AnalyticalDocument], words: Sequence[str]
) -> dict[uuid.UUID, list[Part]]:
    """Where each document speaks of the words: in its summary, else in its text."""
    by_file = {one.file_id: one for one in documents if one.file_id}
    texts = {one.id: one.summary for one in documents}
    query = select(FileText.file_id, func.substr(FileText.text, 1, _LOOKED_THROUGH))
    for file_id, text in session.execute(query.where(FileText.file_id.in_(by_file))):
        texts[by_file[file_id].id] += f"\n{text}"
    return {identity: find_passage(text, words) for identity, text in texts.items()}


def list_related(
    session: Session, document: AnalyticalDocument, most: int = 3
) -> Sequence[AnalyticalDocument]:
    """Published documents on the same topics, from the same country, or of the same kind of host; the nearest first."""
    topics, visit = [one.topic for one in document.topics], document.visit
    of_topics = select(DocumentTopic.document_id).where(DocumentTopic.topic.in_(topics))
    shared = (
        select(func.count())
        .where(DocumentTopic.document_id == AnalyticalDocument.id, DocumentTopic.topic.in_(topics))
        .correlate(AnalyticalDocument)
        .scalar_subquery()
    )
    same_kind = (Visit.host_kind == visit.host_kind) & (Visit.host_kind != HostKind.UNKNOWN)
    nearness = 3 * shared + case((Visit.country == visit.country, 2), else_=0) + case((same_kind, 1), else_=0)
    query = (
        with_visit(select(AnalyticalDocument))
        .where(
            PUBLISHED,
            AnalyticalDocument.visit_id != document.visit_id,
            or_(AnalyticalDocument.id.in_(of_topics), Visit.country == visit.country),
        )
        .order_by(nearness.desc(), Call.closes_at.desc(), Visit.position)
    )
    return session.scalars(query.limit(most)).all()


def list_editions(session: Session, visit_id: uuid.UUID) -> Sequence[AnalyticalDocument]:
    """Every edition that is or was in the library, the newest first."""
    query = with_visit(select(AnalyticalDocument)).where(
        AnalyticalDocument.visit_id == visit_id, AnalyticalDocument.state.in_(_OUT)
    )
    return session.scalars(query.order_by(AnalyticalDocument.edition.desc())).all()


def count_downloads(session: Session, visit_id: uuid.UUID) -> int:
    """How often any edition of a visit's document was downloaded."""
    query = (
        select(func.sum(DocumentDownload.count))
        .join(AnalyticalDocument, AnalyticalDocument.id == DocumentDownload.document_id)
        .where(AnalyticalDocument.visit_id == visit_id)
    )
    return session.scalar(query) or 0
