"""Visits that were held before this site was used, as a line of the table tells about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale

from peer_visits.imports.reports.rules import Line, day_of
from peer_visits.kernel.text import Phrase, clean_line, phrase
from peer_visits.storage.base import SLUG
from peer_visits.visits.states import VisitFormat

_ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_MOST_PLACES = 1000
_LONGEST = 200
_NEEDED = ("title", "place", "country", "host", "starts", "format", "places")


@dataclass(frozen=True)
class OldVisit:
    """A visit to be made. Of one whose month alone is known `month` is its first day, and its days are not known."""

    slug: str
    title: str
    place: str
    country: str
    host: str
    format: VisitFormat
    places: int
    starts_on: date | None
    ends_on: date | None
    month: date | None = None

    @property
    def year(self) -> int:
        """The year it was held in."""
        known = self.month or self.starts_on
        return known.year if known else 0


def tells_of_visit(line: Line) -> bool:
    """Whether a line tells more of its visit than its address."""
    return any(line.cells.get(name) for name in _NEEDED if name != "title")


def read_visit(line: Line, today: date) -> tuple[OldVisit | None, list[Phrase]]:
    """The visit of a line, or what is wrong with what the line tells of it."""
    cells = {name: clean_line(line.cells.get(name, "")) for name in (*_NEEDED, "ends")}
    lacking = [name for name in _NEEDED if not cells[name]]
    if lacking:
        names = ", ".join(lacking)
        return None, [
            phrase("A visit that is not here yet needs these columns, too: %(names)s.", names=names)
        ]
    month = _month(cells["starts"])
    starts = None if month else day_of(cells["starts"])
    ends = day_of(cells["ends"]) if cells["ends"] else starts
    faults = [*_faults(line.visit, cells), *_faults_of_days(cells["ends"], month, starts, ends, today)]
    if faults:
        return None, faults
    visit = OldVisit(
        line.visit,
        cells["title"],
        cells["place"],
        cells["country"].upper(),
        cells["host"],
        VisitFormat(cells["format"].lower()),
        int(cells["places"]),
        starts,
        ends,
        month,
    )
    return visit, []


def _faults(slug: str, cells: dict[str, str]) -> Iterator[Phrase]:
    if not _ADDRESS.fullmatch(slug) or len(slug) > SLUG:
        yield phrase(
            "The address of a new visit has small letters, digits and hyphens, such as tampere-2014."
        )
    country = cells["country"].upper()
    if not _COUNTRY.fullmatch(country) or country not in Locale("en").territories:
        yield phrase("The country is not known. Write its code, such as FI.")
    if cells["format"].lower() not in set(VisitFormat):
        yield phrase("The format of a visit is online, onsite or hybrid.")
    places = cells["places"]
    if not (places.isascii() and places.isdigit() and 1 <= int(places[:5]) <= _MOST_PLACES):
        yield phrase("The number of places is a number from 1 to %(most)s.", most=_MOST_PLACES)
    if max(len(cells["place"]), len(cells["host"])) > _LONGEST:
        yield phrase("Place and host have at most %(n)s characters each.", n=_LONGEST)


def _faults_of_days(
    typed_end: str, month: date | None, starts: date | None, ends: date | None, today: date
) -> Iterator[Phrase]:
    if month and typed_end:
        yield phrase("Where only the month is known, leave “ends” empty.")
    elif not month and (not starts or not ends):
        yield phrase("The days of the visit are not understood. Write 2014-05-12, or 2014-05 for a month.")
    elif starts and ends and ends < starts:
        yield phrase("The visit ends before it begins.")
    if (last := month or ends) and last >= today:
        yield phrase("Only visits that are over are made from the table.")


def _month(typed: str) -> date | None:
    try:
        return datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
    except ValueError:
        return None
