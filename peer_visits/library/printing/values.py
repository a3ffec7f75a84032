"""What a report says, as plain values: all that its PDF and its page are made of, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from peer_visits.web.series import Series


@dataclass(frozen=True)
class PrintedSection:
    """A section: its heading, and its text in Markdown."""

    heading: str
    text: str


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
    everything that was written here. The words of `figures` are in it, too; each is drawn as bars beside its table.
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
