"""What a visitor looks for on the shelf: words, facets with counts, and the passages that were found."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, extract, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.calls.models import Call, Programme
from peer_visits.files.models import FileText
from peer_visits.library.cards import Card, cards_query
from peer_visits.library.facets import NAMES, count_facets, fits, programme_names, split_values
from peer_visits.library.models import AnalyticalDocument, DocumentDownload, DocumentTopic, LibraryEntry
from peer_visits.library.passages import Part, find_passage
from peer_visits.library.queries import PUBLISHED, with_visit
from peer_visits.library.searching import find_hits, id_of
from peer_visits.library.states import DocumentState
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostKind
from peer_visits.web.pages import Page, cut_page, fetch_page

T = TypeVar("T")
# As much of a text as is looked through for a passage to show; the search itself knows the whole.
_LOOKED_THROUGH = 200_000
_YEAR = extract("year", Call.closes_at)
_COLUMNS: dict[str, Any] = {
    "country": Visit.country,
    "year": _YEAR,
    "kind": Visit.host_kind,
    "language": AnalyticalDocument.language,
    "programme": Programme.slug,
}
_OUT = (DocumentState.PUBLISHED, DocumentState.SUPERSEDED)
# Made once: a search is quick enough for the making of its statement to be felt.
_WITH_TEXT = (
    cards_query()
    .add_columns(
        AnalyticalDocument.state, AnalyticalDocument.summary, func.substr(FileText.text, 1, _LOOKED_THROUGH)
    )
    .outerjoin(FileText, FileText.file_id == AnalyticalDocument.file_id)
    .where(AnalyticalDocument.id.in_(bindparam("ids", expanding=True)))
)
# Cards are tall; as many as are read before another word is added.
PAGE_SIZE = 12


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
        return {name: value for name in NAMES if (value := getattr(self, name))}

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The address of this, with other values for some of it; what is empty is left out."""
        values = {**self.filters(), "q": self.words, **changes}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Shelf:
    """One page of what was found. Counts of a facet leave its own choice out, so that it can be changed."""

    page: Page[Card]
    facets: dict[str, dict[Any, int]]
    programmes: dict[str, str]
    passages: dict[uuid.UUID, list[Part]] = field(default_factory=dict)
    is_cut: bool = False


def find_shelf(session: Session, asked: Asked, number: int) -> Shelf:
    """A page of the library: the best first where words are asked for, else the oldest call first in its order."""
    if not asked.words:
        page = fetch_page(session, _in_order(asked), number, size=PAGE_SIZE)
        entries = [split_values(kept) for kept in session.scalars(select(LibraryEntry.facets))]
        cards = Page([Card(*row) for row in page.items], page.number, page.total, page.size)
        return Shelf(cards, count_facets(entries, asked.filters()), programme_names(entries))
    hits = find_hits(session, asked.words)
    entries = [split_values(row[1]) for row in hits.rows]
    filters = asked.filters()
    cut = cut_page(_fitting(hits.rows, entries, filters), number, size=PAGE_SIZE)
    ids = Page([id_of(row[0]) for row in cut.items], cut.number, cut.total, cut.size)
    page, passages = _find_cards(session, ids, hits.words)
    facets = count_facets(entries, filters)
    return Shelf(page, facets, programme_names(entries), passages, hits.is_cut)


def _fitting(rows: Sequence[T], entries: Sequence[Sequence[str]], filters: dict[str, Any]) -> Sequence[T]:
    """The rows whose entries have every value chosen."""
    if not filters:
        return rows
    return [row for row, values in zip(rows, entries, strict=True) if fits(values, filters)]


def _in_order(asked: Asked) -> Select[Any]:
    filters = asked.filters()
    conditions = [_COLUMNS[name] == value for name, value in filters.items() if name in _COLUMNS]
    if asked.topic:
        conditions.append(_has_topic(asked.topic))
    query = (
        cards_query().join(Call, Call.id == Visit.call_id).join(Programme, Programme.id == Call.programme_id)
    )
    query = query.where(PUBLISHED, *conditions)
    return query.order_by(Call.closes_at, Visit.position, AnalyticalDocument.edition)


def _has_topic(topic: str) -> ColumnElement[bool]:
    return exists().where(DocumentTopic.document_id == AnalyticalDocument.id, DocumentTopic.topic == topic)


def _find_cards(
    session: Session, ids: Page[uuid.UUID], words: Sequence[str]
) -> tuple[Page[Card], dict[uuid.UUID, list[Part]]]:
    """The documents of a page of hits, and where each speaks of the words: in its summary, else in its text.

    The state is looked at here: asked for in the statement, it would lead SQLite through all that is published.
    """
    cards, passages = {}, {}
    for *values, state, summary, text in session.connection().execute(_WITH_TEXT, {"ids": ids.items}):
        card = Card(*values)
        if state is DocumentState.PUBLISHED:
            cards[card.id] = card
            passages[card.id] = find_passage(f"{summary}\n{text or ''}", words)
    return Page([cards[one] for one in ids.items if one in cards], ids.number, ids.total, ids.size), passages


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
