"""A search in the library beside one bare indexed query for the same words, in turns, on reports with text.

    .venv/bin/python -m benchmarks.library_search [--sizes 100,10000] [--rounds 5] [--database sqlite|postgresql]

A search is all that the library's page reads: hits, facets with counts, the documents shown and where each speaks of
them. The bare query is the same full-text match in the same order, as many rows with title, place and host. Words are
asked as people type them, without accents, in ten languages: one that ten reports have at every size, frequent and less
frequent ones, and pairs. Times are medians of milliseconds; on SQLite of the CPU of the thread that does all the work,
which other work on the machine disturbs less, on PostgreSQL of the clock.

Exit code 1 if a search takes more than 3 times the bare query at the largest size, if one for a word that ten reports
have takes more than twice as long there as at the smallest, or if the number of statements depends on anything.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from benchmarks.reports import Language, fill_library, make_languages, rare_word
from peer_visits.kernel.text import fold
from peer_visits.library.browsing import PAGE_SIZE, Asked, find_shelf
from peer_visits.library.searching import NAME, write_question
from peer_visits.storage.transaction import db, reading, writing
from tests.support.apps import make_app, test_settings
from tests.support.postgres import find_binaries, running_postgres
from tests.support.statements import counting

MOST_RATIO, MOST_GROWTH = 3.0, 2.0
SAME = "words of ten reports"
RANKS = {
    SAME: (),
    "frequent words": (10,),
    "words less frequent": (100,),
    "pairs of words": (10, 100),
}
_BEST = {
    "sqlite": f"SELECT rowid AS number, bm25({NAME}, 10.0, 6.0, 3.0, 1.0) AS rank FROM {NAME} "
    f"WHERE {NAME} MATCH :asked ORDER BY 2 LIMIT {PAGE_SIZE}",
    "postgresql": "SELECT number, -ts_rank('{0.1, 0.3, 0.6, 1.0}', words, asked, 1) AS rank "
    f"FROM {NAME}, to_tsquery('simple', :asked) AS asked WHERE words @@ asked ORDER BY 2 LIMIT {PAGE_SIZE}",
}
BARE = {
    dialect: text(
        f"SELECT document.title, visit.place, visit.host_name FROM ({best}) AS hit "
        "JOIN library_entry AS entry ON entry.number = hit.number "
        "JOIN analytical_document AS document ON document.id = entry.document_id "
        "JOIN visit ON visit.id = document.visit_id ORDER BY hit.rank"
    )
    for dialect, best in _BEST.items()
}


@dataclass(frozen=True)
class Figures:
    """Medians in milliseconds of one kind of question at one size; how many documents it finds; statements seen."""

    kind: str
    size: int
    found: float
    search: float
    bare: float
    statements: frozenset[int]


def main() -> int:
    """Measure, print, and say whether the promise holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,10000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=sorted(BARE), default="sqlite")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    figures = [one for size in sizes for one in measure_size(size, arguments.rounds, arguments.database)]
    print(f"{'':<22}{'reports':>9}{'found':>7}{'search':>9}{'bare':>8}{'ratio':>7}{'statements':>12}")
    for one in figures:
        print(
            f"{one.kind:<22}{one.size:>9}{one.found:>7.0f}{one.search:>9.2f}{one.bare:>8.2f}"
            f"{one.search / one.bare:>7.2f}{'/'.join(map(str, sorted(one.statements))):>12}"
        )
    problems = broken_promises(figures, sizes)
    print(*problems, sep="\n")
    return 1 if problems else 0


def measure_size(size: int, rounds: int, dialect: str) -> list[Figures]:
    """Fill a fresh library and ask it everything, `rounds` times."""
    languages = make_languages()
    with filled_library(size, languages, dialect):
        return [measure_kind(kind, size, rounds, dialect, languages) for kind in RANKS]


@contextmanager
def filled_library(size: int, languages: dict[str, Language], dialect: str) -> Iterator[Flask]:
    """An application on a database of its own with so many reports."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peer-visits-bench-")))
        address = f"sqlite:///{folder / 'bench.sqlite'}"
        if dialect == "postgresql":
            address = stack.enter_context(running_postgres(_binaries()))
        app = make_app(test_settings(folder, address))
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        with writing() as session:
            fill_library(session, size, languages)
        if dialect == "postgresql":
            with writing() as session:
                session.execute(text("ANALYZE"))
        yield app
        db.session.remove()


def _binaries() -> Path:
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("The programs of PostgreSQL are not installed.")
    return binaries


def measure_kind(kind: str, size: int, rounds: int, dialect: str, languages: dict[str, Language]) -> Figures:
    """Search and bare query in turns, each in a transaction of its own as a request has one."""
    searches, bares, found, statements = [], [], [], set()
    for words in questions(kind, languages) * rounds:
        with counting(db.engine) as seen:
            found.append(find_shelf(reading(), Asked(words=words), 1).page.total)
        statements.add(len(seen))
        bares.append(_timed(dialect, partial(_ask_bare, dialect, words)))
        searches.append(_timed(dialect, partial(_search, words)))
    return Figures(
        kind,
        size,
        statistics.median(found),
        statistics.median(searches),
        statistics.median(bares),
        frozenset(statements),
    )


def questions(kind: str, languages: dict[str, Language]) -> list[str]:
    """What is asked: one question in each language."""
    if kind == SAME:
        return [fold(rare_word(language, 0)) for language in languages.values()]
    return [" ".join(fold(language.words[rank]) for rank in RANKS[kind]) for language in languages.values()]


def _search(words: str) -> None:
    find_shelf(reading(), Asked(words=words), 1)


def _ask_bare(dialect: str, words: str) -> None:
    values = {"asked": write_question(dialect, words.split())}
    reading().connection().execute(BARE[dialect], values).all()


def _timed(dialect: str, act: Callable[[], object]) -> float:
    clock = time.thread_time if dialect == "sqlite" else time.perf_counter
    reading().rollback()
    began = clock()
    act()
    passed = clock() - began
    reading().rollback()
    return passed * 1000


def broken_promises(figures: list[Figures], sizes: list[int]) -> list[str]:
    """What is slower than promised, over all kinds of questions together."""
    largest = [one for one in figures if one.size == sizes[-1]]
    ratio = statistics.median(one.search for one in largest) / statistics.median(one.bare for one in largest)
    same = {one.size: one.search for one in figures if one.kind == SAME}
    grown = same[sizes[-1]] / same[sizes[0]]
    print(f"medians: {ratio:.2f} times the bare query; growth {grown:.2f} for {SAME}")
    found = []
    if ratio > MOST_RATIO:
        found.append(f"A search takes {ratio:.2f} times the bare query.")
    if grown > MOST_GROWTH:
        found.append(f"A search grows {grown:.2f} times.")
    if len({count for one in figures for count in one.statements}) > 1:
        found.append("The number of statements depends on what is asked.")
    return found


if __name__ == "__main__":
    sys.exit(main())
