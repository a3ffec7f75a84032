"""What stands in a table of reports: its columns, and each line as a document tells about itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath

from babel import Locale

from peer_visits.kernel.text import Phrase, clean_line, clean_text, fold, forbidden_characters, phrase
from peer_visits.library.rules import LONGEST_TOPIC, MOST_TOPICS, is_doi, plain_doi, split_topics
from peer_visits.library.services import DocumentContent
from peer_visits.storage.base import TEXT

COLUMNS = ("visit", "file", "title", "authors", "date", "language", "licence", "doi", "topics", "summary")
# What is told of a visit that is not here yet.
VISIT_COLUMNS = ("place", "country", "host", "starts", "ends", "format", "places", "programme")
MOST_ROWS = 2000
_LIMITS = {"title": 300, "authors": 300, "licence": 60, "doi": 200, "summary": TEXT}
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True)
class Line:
    """One line of the table, or one file of a folder without a table; cells by column."""

    number: int
    cells: Mapping[str, str]

    @property
    def visit(self) -> str:
        """The visit's word in addresses."""
        return self.cells.get("visit", "")

    def file_among(self, names: Sequence[str]) -> str:
        """The name of its file: the one the line gives, else one that is called like the visit; empty if none."""
        named = PurePath(self.cells.get("file", "").replace("\\", "/")).name
        return named or next((name for name in names if is_named_like(name, self.visit)), "")


@dataclass(frozen=True)
class Told:
    """What a line says about the document, and what is wrong with how it says it."""

    content: DocumentContent
    faults: list[Phrase] = field(default_factory=list)


def is_named_like(name: str, visit: str) -> bool:
    """Whether a file is called like the visit."""
    return PurePath(name).stem.casefold() == visit.casefold()


def read_lines(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[Line], list[Phrase]]:
    """The lines of a table, numbered as a spreadsheet does, and what is wrong with the table as a whole."""
    columns = {
        at: name for at, head in enumerate(heads) if (name := fold(head)) in (*COLUMNS, *VISIT_COLUMNS)
    }
    if "visit" not in columns.values():
        return [], [
            phrase("The table has no column called “visit”. Begin with the empty table offered here.")
        ]
    if len(set(columns.values())) < len(columns):
        return [], [phrase("Two columns of the table have the same head.")]
    if len(rows) > MOST_ROWS:
        return [], [phrase("The table has more than %(n)s lines. Split it.", n=MOST_ROWS)]
    lines = [
        Line(number, {name: clean_text(row[at]) for at, name in columns.items()})
        for number, row in enumerate(rows, start=2)
    ]
    return [line for line in lines if any(line.cells.values())], []


def lines_of_files(names: Sequence[str]) -> list[Line]:
    """A folder without a table: each file is the report of the visit it is called after."""
    return [
        Line(number, {"visit": PurePath(name).stem, "file": name})
        for number, name in enumerate(sorted(names), start=1)
    ]


def read_line(line: Line, *, title: str, language: str) -> Told:
    """What a line tells; its title is the visit's and its language the usual one where it is silent."""
    cells = {name: line.cells.get(name, "") for name in COLUMNS}
    faults = [*_too_long(cells), *_forbidden(cells)]
    dated, wrong_date = _date(cells["date"])
    topics, wrong_topics = _topics(cells["topics"])
    doi = plain_doi(cells["doi"])
    if doi and not is_doi(doi):
        faults.append(phrase("A DOI looks like 10.5281/zenodo.1234567."))
    spoken = cells["language"].lower() or language
    if not _LANGUAGE.fullmatch(spoken) or spoken not in Locale("en").languages:
        faults.append(phrase("The language is not known. Write its code, such as en or fi."))
    content = DocumentContent(
        title=clean_line(cells["title"]) or title,
        authors=clean_line(cells["authors"]),
        summary=cells["summary"],
        dated=dated,
        language=spoken,
        licence=clean_line(cells["licence"]),
        doi=doi,
        topics=tuple(topics),
    )
    return Told(content, [*faults, *wrong_date, *wrong_topics])


def _too_long(cells: Mapping[str, str]) -> list[Phrase]:
    return [
        phrase("What stands under “%(column)s” has more than %(n)s characters.", column=name, n=most)
        for name, most in _LIMITS.items()
        if len(cells[name]) > most
    ]


def _forbidden(cells: Mapping[str, str]) -> list[Phrase]:
    return [
        phrase("What stands under “%(column)s” holds characters that cannot be shown.", column=name)
        for name, value in cells.items()
        if forbidden_characters(value, lines=name == "summary")
    ]


def _date(typed: str) -> tuple[date | None, list[Phrase]]:
    if not typed:
        return None, []
    day = day_of(typed)
    return day, [] if day else [phrase("The date is not understood. Write it as 2021-06-30.")]


def day_of(typed: str) -> date | None:
    """A day as tables have them."""
    for form in _DATES:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None


def _topics(typed: str) -> tuple[list[str], list[Phrase]]:
    topics = split_topics(clean_line(typed))
    if len(topics) > MOST_TOPICS:
        return [], [phrase("Name at most %(n)s topics.", n=MOST_TOPICS)]
    if any(len(topic) > LONGEST_TOPIC for topic in topics):
        return [], [phrase("A topic has at most %(n)s characters.", n=LONGEST_TOPIC)]
    return topics, []
