"""What documents are found by: their words, folded the same for both databases, the more telling ones first."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select, text
from sqlalchemy.orm import Session

from peer_visits.applications.searching import LONGEST_WORD, MOST_WORDS_ASKED, words_in
from peer_visits.files.models import FileText
from peer_visits.kernel.text import fold
from peer_visits.library.facets import join_values
from peer_visits.library.models import AnalyticalDocument, LibraryEntry
from peer_visits.storage.engine import row_of_id

# Made by a migration, not by the models: full-text tables differ between databases.
NAME = "library_search"
# More than anybody reads through; whoever finds as many adds a word.
MOST_HITS = 500
_WORD = re.compile(r"[^\W_]+")
_FIELDS = ("title", "subject", "about", "body")
_WEIGHTS = dict(zip(_FIELDS, "ABCD", strict=True))
# PostgreSQL keeps at most a megabyte of words for a row.
_MOST_BYTES, _MOST_REPEATS = 600_000, 8
_ROW = {"sqlite": "rowid", "postgresql": "number"}
_DELETE = {dialect: f"DELETE FROM {NAME} WHERE {row} = :row" for dialect, row in _ROW.items()}  # noqa: S608  (our own names)
_INSERT = {
    "sqlite": f"INSERT INTO {NAME} (rowid, title, subject, about, body) VALUES (:row, :title, :subject, :about, :body)",  # noqa: S608
    "postgresql": f"INSERT INTO {NAME} (number, words) VALUES (:row, CAST(:vector AS tsvector))",  # noqa: S608
}
# The best first: both say less for better.
_HITS = {
    "sqlite": (
        f"SELECT rowid AS number, bm25({NAME}, 10.0, 6.0, 3.0, 1.0) AS rank "  # noqa: S608
        f"FROM {NAME} WHERE {NAME} MATCH :asked ORDER BY 2 LIMIT :most"
    ),
    "postgresql": (
        "SELECT number, -ts_rank('{0.1, 0.3, 0.6, 1.0}', words, asked, 1) AS rank "  # noqa: S608
        f"FROM {NAME}, to_tsquery('simple', :asked) AS asked WHERE words @@ asked ORDER BY 2 LIMIT :most"
    ),
}
_ENTRIES = {
    dialect: text(
        f"SELECT entry.document_id, entry.facets FROM ({hits}) AS hit "  # noqa: S608
        "JOIN library_entry AS entry ON entry.number = hit.number ORDER BY hit.rank, entry.number"
    )
    for dialect, hits in _HITS.items()
}


def index_document(session: Session, document: AnalyticalDocument) -> None:
    """Note the words a published document is found by, and its facets, in place of those before."""
    body = session.scalar(select(FileText.text).where(FileText.file_id == document.file_id)) or ""
    remove_entry(session, document.id)
    row = row_of_id(document.id)
    session.add(LibraryEntry(number=row, document_id=document.id, facets=facets_of(document)))
    session.flush()
    _write_words(session, row, texts_of(document, body))
    document.is_indexed = True
    session.flush()


def facets_of(document: AnalyticalDocument) -> str:
    """By what the library is narrowed to this document."""
    visit = document.visit
    values = {
        "country": visit.country,
        "year": visit.call.closes_at.year,
        "kind": visit.host_kind,
        "language": document.language,
        "programme": visit.call.programme.slug,
    }
    return join_values(values, visit.call.programme.name, [one.topic for one in document.topics])


def texts_of(document: AnalyticalDocument, body: str) -> dict[str, str]:
    """What is said about a document, the most telling first, and what stands in it."""
    visit = document.visit
    return {
        "title": f"{document.title} {document.tag_line}",
        "subject": " ".join(
            [visit.host_name, visit.place, visit.topic, visit.called_title, visit.reported_title]
            + [one.topic for one in document.topics]
        ),
        "about": " ".join(
            [document.authors, document.summary, document.host_line, document.doi, visit.call.programme.name]
        ),
        "body": body,
    }


def _write_words(session: Session, row: int, texts: Mapping[str, str]) -> None:
    words = {name: _words(texts[name]) for name in _FIELDS}
    if session.get_bind().dialect.name == "sqlite":
        values = {name: " ".join(found) for name, found in words.items()}
    else:
        values = {"vector": " ".join(_vector(words))}
    _execute(session, _INSERT, {"row": row, **values})


def remove_entry(session: Session, document_id: uuid.UUID) -> None:
    """Searches no longer find this document."""
    session.flush()
    row = row_of_id(document_id)
    session.execute(delete(LibraryEntry).where(LibraryEntry.number == row))
    _execute(session, _DELETE, {"row": row})


def _execute(session: Session, statements: Mapping[str, str], values: Mapping[str, Any]) -> None:
    session.execute(text(statements[session.get_bind().dialect.name]), values)


def _words(value: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(value))]


def _vector(words: Mapping[str, list[str]]) -> Iterator[str]:
    """Each word as PostgreSQL takes it, `'word':1A,2D`: how often it stands in which field, no more than fits."""
    places: dict[str, list[str]] = {}
    size = 0
    for name in _FIELDS:
        for word, count in Counter(words[name]).items():
            if size > _MOST_BYTES:
                break
            size += len(word.encode()) + 8
            held = places.setdefault(word, [])
            times = range(min(count, _MOST_REPEATS))
            held += [f"{len(held) + 1 + time}{_WEIGHTS[name]}" for time in times]
    return (f"'{word}':{','.join(found)}" for word, found in places.items())


@dataclass(frozen=True)
class Hits:
    """The documents that have each word asked for, the best first, with the facets of each; and the words.

    Ids are as the database gives them, of which few are needed: `id_of`.
    """

    rows: Sequence[Row[str | uuid.UUID, str]] = ()
    words: Sequence[str] = ()

    @property
    def is_cut(self) -> bool:
        """Whether more fits than is looked at."""
        return len(self.rows) == MOST_HITS


def find_hits(session: Session, asked: str) -> Hits:
    """What has each word asked for, in one statement; at most MOST_HITS."""
    words = words_in(asked)[:MOST_WORDS_ASKED]
    if not words:
        return Hits()
    dialect = session.get_bind().dialect.name
    values = {"asked": write_question(dialect, words), "most": MOST_HITS}
    return Hits(session.connection().execute(_ENTRIES[dialect], values).all(), words)


def id_of(kept: str | uuid.UUID) -> uuid.UUID:
    """An id that was read without its type."""
    return uuid.UUID(kept) if isinstance(kept, str) else kept


def write_question(dialect: str, words: Sequence[str]) -> str:
    """The words as the database's full-text search takes them: each has to begin a word."""
    return {
        "sqlite": " AND ".join(f'"{word}"*' for word in words),
        "postgresql": " & ".join(f"'{word}':*" for word in words),
    }[dialect]
