"""What documents are found by: their words, folded the same for both databases, the more telling ones first."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, Uuid, column, select, table, text
from sqlalchemy.orm import Session

from peer_visits.applications.searching import LONGEST_WORD, MOST_WORDS_ASKED, words_in
from peer_visits.files.models import FileText
from peer_visits.kernel.text import fold
from peer_visits.library.models import AnalyticalDocument
from peer_visits.storage.engine import row_of_id

# Made by a migration, not by the models: full-text tables differ between databases.
NAME = "library_search"
# More than anybody reads through; whoever finds as many adds a word.
MOST_HITS = 1000
_WORD = re.compile(r"[^\W_]+")
_FIELDS = ("title", "subject", "about", "body")
_WEIGHTS = dict(zip(_FIELDS, "ABCD", strict=True))
# PostgreSQL keeps at most a megabyte of words for a row.
_MOST_BYTES, _MOST_REPEATS = 600_000, 8
_DELETE = {
    "sqlite": f"DELETE FROM {NAME} WHERE rowid = :row",  # noqa: S608  (our own name)
    "postgresql": f"DELETE FROM {NAME} WHERE document_id = :id",  # noqa: S608
}
_INSERT = {
    "sqlite": (
        f"INSERT INTO {NAME} (rowid, title, subject, about, body, document_id) "  # noqa: S608
        "VALUES (:row, :title, :subject, :about, :body, :hex)"
    ),
    "postgresql": f"INSERT INTO {NAME} (document_id, words) VALUES (:id, CAST(:vector AS tsvector))",  # noqa: S608
}
_MATCHES = {"sqlite": f"{NAME} MATCH :asked", "postgresql": "words @@ to_tsquery('simple', :asked)"}
# The best first: both say less for better.
_RANKS = {
    "sqlite": f"bm25({NAME}, 10.0, 6.0, 3.0, 1.0)",
    "postgresql": "-ts_rank('{0.1, 0.3, 0.6, 1.0}', words, to_tsquery('simple', :asked), 1)",
}


def index_document(session: Session, document: AnalyticalDocument) -> None:
    """Note the words a published document is found by, in place of those before."""
    body = session.scalar(select(FileText.text).where(FileText.file_id == document.file_id)) or ""
    write_entry(session, document.id, texts_of(document, body))
    document.is_indexed = True
    session.flush()


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


def write_entry(session: Session, document_id: uuid.UUID, texts: Mapping[str, str]) -> None:
    """Keep the words of each field under the document's id."""
    remove_entry(session, document_id)
    words = {name: _words(texts[name]) for name in _FIELDS}
    row: dict[str, Any] = {"id": document_id, "hex": document_id.hex, "row": row_of_id(document_id)}
    if session.get_bind().dialect.name == "sqlite":
        row |= {name: " ".join(found) for name, found in words.items()}
    else:
        row["vector"] = " ".join(_vector(words))
    _execute(session, _INSERT, row)


def remove_entry(session: Session, document_id: uuid.UUID) -> None:
    """Searches no longer find this document."""
    session.flush()
    _execute(session, _DELETE, {"id": document_id, "row": row_of_id(document_id)})


def _execute(session: Session, statements: dict[str, str], row: dict[str, Any]) -> None:
    statement = statements[session.get_bind().dialect.name]
    session.execute(text(statement), {name: row[name] for name in re.findall(r":(\w+)", statement)})


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


def find_hits(session: Session, asked: str) -> tuple[list[uuid.UUID], list[str]]:
    """The documents that have each word asked for, the best first, and the words; at most MOST_HITS."""
    words = words_in(asked)[:MOST_WORDS_ASKED]
    if not words:
        return [], []
    return list(session.scalars(_matching(session.get_bind().dialect.name, words))), words


def _matching(dialect: str, words: Sequence[str]) -> Select[Any]:
    joined = {
        "sqlite": " AND ".join(f'"{word}"*' for word in words),
        "postgresql": " & ".join(f"'{word}':*" for word in words),
    }[dialect]
    searched = table(NAME, column("document_id", Uuid))
    return (
        select(searched.c.document_id)
        .where(text(_MATCHES[dialect]))
        .order_by(text(_RANKS[dialect]), searched.c.document_id)
        .limit(MOST_HITS)
        .params(asked=joined)
    )
