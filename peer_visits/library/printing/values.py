"""What a report says, as plain values: all that its PDF and its page are made of, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class PrintedSection:
    """A section: its heading, and its text in Markdown."""

    heading: str
    text: str


@dataclass(frozen=True)
class Bar:
    """One number of a series, with what it counts."""

    label: str
    number: int


@dataclass(frozen=True)
class Series:
    """Numbers that are drawn as bars, with the same numbers as a table beside them.

    `label` and `number` head the two columns of the table.
    """

    title: str
    label: str
    number: str
    bars: tuple[Bar, ...]
    caption: str = ""


@dataclass(frozen=True)
class AgendaLine:
    """A part of the visit's agenda, by the visit's own clock (`09:30`)."""

    day: date
    starts: str
    ends: str
    title: str
    speaker: str = ""


@dataclass(frozen=True)
class CommitmentLine:
    """What somebody will do at home, shown with their consent; `who` is empty where the name is not to be shown."""

    words: str
    who: str = ""


@dataclass(frozen=True)
class PrintedReport:
    """A whole report. `slug` is that of the visit, whose pattern stands on the cover; `country` is a code.

    `dates` are the visit's, in words; `dated` is the report's own day. `language` is a code, the language of
    everything that was written here.
    """

    title: str
    slug: str
    visit: str
    host: str
    place: str
    country: str
    programme: str
    language: str = "en"
    tag_line: str = ""
    host_line: str = ""
    dates: str = ""
    authors: tuple[str, ...] = ()
    dated: date | None = None
    edition: int = 1
    licence: str = ""
    doi: str = ""
    summary: str = ""
    sections: tuple[PrintedSection, ...] = ()
    figures: tuple[Series, ...] = ()
    agenda: tuple[AgendaLine, ...] = ()
    commitments: tuple[CommitmentLine, ...] = ()
    is_sample: bool = False


def agenda_by_day(report: PrintedReport) -> list[tuple[date, list[AgendaLine]]]:
    """The lines of the agenda under their days, in the order they are in."""
    return [(day, list(lines)) for day, lines in groupby(report.agenda, key=lambda line: line.day)]


def as_data(report: PrintedReport) -> dict[str, Any]:
    """The report as JSON holds it."""
    data = asdict(report)
    data["dated"] = report.dated.isoformat() if report.dated else None
    data["agenda"] = [{**asdict(line), "day": line.day.isoformat()} for line in report.agenda]
    return data


def from_data(data: Mapping[str, Any]) -> PrintedReport:
    """The report again, from what `as_data` made of it."""
    return PrintedReport(
        **{
            **data,
            "authors": tuple(data["authors"]),
            "dated": date.fromisoformat(data["dated"]) if data["dated"] else None,
            "sections": tuple(PrintedSection(**one) for one in data["sections"]),
            "figures": tuple(_series(one) for one in data["figures"]),
            "agenda": tuple(_line(one) for one in data["agenda"]),
            "commitments": tuple(CommitmentLine(**one) for one in data["commitments"]),
        }
    )


def _series(data: Mapping[str, Any]) -> Series:
    return Series(**{**data, "bars": tuple(Bar(**one) for one in data["bars"])})


def _line(data: Mapping[str, Any]) -> AgendaLine:
    return AgendaLine(**{**data, "day": date.fromisoformat(data["day"])})
