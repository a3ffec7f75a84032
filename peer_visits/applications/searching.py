"""What applications are found by: every word of theirs, folded, so that `lodz` finds Łódź on both databases."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Uuid, column, false, func, select, table, text
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.rules import ApplicationContent
from peer_visits.kernel.text import fold
from peer_visits.questions.definition import Answers
from peer_visits.questions.rules import values_of
from peer_visits.storage.engine import row_of_id

# Made by a migration, not by the models: full-text tables differ between databases.
NAME = "application_search"
_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 60
FEW = 200
MOST_WORDS_ASKED = 12
_WRITE = {
    "sqlite": (
        f"DELETE FROM {NAME} WHERE rowid = :row",  # noqa: S608  (our own name)
        f"INSERT INTO {NAME} (rowid, words, application_id) VALUES (:row, :words, :hex)",  # noqa: S608
    ),
    "postgresql": (
        (
            f"INSERT INTO {NAME} (application_id, words) VALUES (:id, array_to_tsvector(:lexemes)) "  # noqa: S608
            "ON CONFLICT (application_id) DO UPDATE SET words = excluded.words"
        ),
    ),
}
_MATCHES = {
    "sqlite": f"{NAME} MATCH :asked",
    "postgresql": "words @@ to_tsquery('simple', :asked)",
}


def words_in(*texts: str) -> list[str]:
    """The different words of the texts, folded, each cut at a length no search reaches."""
    found = (word[:LONGEST_WORD] for word in _WORD.findall(fold(" ".join(texts))))
    return list(dict.fromkeys(found))


def index_application(
    session: Session, application: Application, person: Person, content: ApplicationContent
) -> None:
    """Note the words an application is found by, in place of those before."""
    index_applications(session, [(application, person, content)])


def index_applications(
    session: Session, said: Iterable[tuple[Application, Person, ApplicationContent]]
) -> None:
    """The same for any number of them."""
    write_index(
        session,
        [
            (application.id, texts_of(person.name, person.organisation, person.email, content))
            for application, person, content in said
        ],
    )


def texts_of(name: str, organisation: str, email: str, content: ApplicationContent) -> list[str]:
    """Everything somebody may remember of an application."""
    texts = [name, organisation, email, content.substitute_name, content.substitute_email]
    texts += [choice.motivation for choice in content.choices]
    for answers in (content.answers, *(choice.answers for choice in content.choices)):
        texts += _values(answers)
    return texts


def _values(answers: Answers) -> list[str]:
    return [value for raw in answers.values() for value in values_of(raw)]


def forget_words(session: Session, name: str = NAME) -> None:
    """SQLite keeps the words of rows that are gone until it merges its index of this name; merge it now."""
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))  # noqa: S608  (our own names)


def write_index(session: Session, entries: Iterable[tuple[uuid.UUID, Sequence[str]]]) -> None:
    """Note the words of any number of applications."""
    rows = [_row(identity, words_in(*texts)) for identity, texts in entries]
    if not rows:
        return
    session.flush()
    for statement in _WRITE[session.get_bind().dialect.name]:
        names = set(re.findall(r":(\w+)", statement))
        session.execute(text(statement), [{name: row[name] for name in names} for row in rows])


def _row(identity: uuid.UUID, words: list[str]) -> dict[str, Any]:
    return {
        "id": identity,
        "hex": identity.hex,
        # A full-text row is replaced by its number, made from the id, so that nothing has to look it up.
        "row": row_of_id(identity),
        "words": " ".join(words),
        "lexemes": words,
    }


def has_words(session: Session, asked: str) -> ColumnElement[bool]:
    """A condition on applications: each word asked for begins one of theirs. No word: nothing fits.

    One statement looks first. Few found are then named one by one: a database that is told of them in a
    subquery walks a whole call in the order of its list to meet them.
    """
    words = words_in(asked)[:MOST_WORDS_ASKED]
    if not words:
        return false()
    dialect = session.get_bind().dialect.name
    found = session.scalars(_matching(dialect, words, "application_id").limit(FEW + 1)).all()
    return Application.id.in_(found) if len(found) <= FEW else _is_among(dialect, words)


def _is_among(dialect: str, words: Sequence[str]) -> ColumnElement[bool]:
    """By the number of the row on SQLite: the id beside it costs a look-up for each, twenty times as much."""
    if dialect == "sqlite":
        return func.row_of_id(Application.id).in_(_matching(dialect, words, "rowid"))
    return Application.id.in_(_matching(dialect, words, "application_id"))


def _matching(dialect: str, words: Sequence[str], what: str) -> Select[Any]:
    joined = {
        "sqlite": " AND ".join(f'"{word}"*' for word in words),
        "postgresql": " & ".join(f"'{word}':*" for word in words),
    }[dialect]
    searched = table(NAME, column("application_id", Uuid), column("rowid", BigInteger))
    return select(searched.c[what]).where(text(_MATCHES[dialect]).bindparams(asked=joined))
