"""The register of a visit as a table to take along: one row for each session and person."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO

from flask_babel import gettext as _

from peer_visits.agenda.models import Attendance
from peer_visits.agenda.queries.attendance import Register
from peer_visits.agenda.releases import Item
from peer_visits.agenda.states import NotedBy
from peer_visits.kernel.zones import to_wall
from peer_visits.places.models import Place
from peer_visits.web.cells import csv_lines
from peer_visits.web.formats import country
from peer_visits.web.workbooks import WorkbookTable, write_workbook


def register_csv(register: Register, names: Mapping[uuid.UUID, str], zone: str) -> Iterator[str]:
    """The table as lines of CSV. `names` are those of who noted, times are by the clock of `zone`."""
    return csv_lines(_heads(), _rows(register, names, zone))


def register_workbook(register: Register, names: Mapping[uuid.UUID, str], zone: str) -> IO[bytes]:
    """The same as a workbook in a temporary file, at its beginning; every cell is text."""
    return write_workbook([WorkbookTable(_("Attendance"), _heads(), _rows(register, names, zone))])


def _heads() -> list[str]:
    about = [_("Session"), _("From"), _("Until"), _("Time zone"), _("Name"), _("Organisation"), _("Country")]
    return [*about, _("Attendance"), _("How noted"), _("Noted by"), _("Noted at")]


def _rows(register: Register, names: Mapping[uuid.UUID, str], zone: str) -> Iterator[list[str]]:
    for one in register.sessions:
        for place in register.participants:
            yield [
                *_session(one.item, zone),
                *_person(place),
                *_noted(one.by_person.get(place.person_id), names, zone),
            ]


def _session(item: Item, zone: str) -> list[str]:
    return [item["title"], _moment(item["starts_at"], zone), _moment(item["ends_at"], zone), zone]


def _person(place: Place) -> list[str]:
    return [place.person.name, place.person.organisation, country(place.person.country)]


def _noted(row: Attendance | None, names: Mapping[uuid.UUID, str], zone: str) -> list[str]:
    if row is None:
        return [_("not noted"), "", "", ""]
    was_there = _("present") if row.was_there else _("absent")
    how = _("own code") if row.how is NotedBy.CODE else _("host's list")
    return [was_there, how, names.get(row.noted_by, ""), _moment(row.noted_at, zone)]


def _moment(moment: datetime, zone: str) -> str:
    """As spreadsheets in every language read it."""
    return f"{to_wall(moment, zone):%Y-%m-%d %H:%M}"
