"""The ten online visits of 2021, as their sources tell them: known, only announced, or unknown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.calls.models import Call, Programme
from peer_visits.calls.states import CallState
from peer_visits.demo.dates import add_call
from peer_visits.paths import DATA
from peer_visits.visits.models import Visit, VisitSource
from peer_visits.visits.states import DatesCertainty, HostKind, VisitFormat

Entry = dict[str, Any]

# The sources give the day of each deadline, and for the second batch the day of opening. The hours, and the
# first batch's opening, are stored only because a window needs them; the page shows the note instead.
_BATCHES = {
    1: (
        "Online peer-learning visits 2021, first batch",
        date(2021, 2, 8),
        "Closed on 8 February 2021. Answers were promised by 15 February 2021. The sources name no opening day.",
        date(2021, 2, 15),
        "https://keanet.eu/cultural-heritage-in-action-apply-for-the-peer-learning-visits-to-start-in-march-2021",
    ),
    2: (
        "Online peer-learning visits 2021, second batch",
        date(2021, 3, 22),
        "Open from 22 March to 12 April 2021. The sources name no day for the answers.",
        None,
        "https://eurocities.eu/latest/open-opportunity-to-join-online-culture-visits/",
    ),
}
_KINDS = {"city": HostKind.CITY, "region": HostKind.REGION, "national park": HostKind.PARK}
_DEADLINES = {1: date(2021, 2, 8), 2: date(2021, 4, 12)}
_TEXTS = {
    "kortrijk-2021": "April 2021",
    "central-scotland-2021": "26–28 April 2021 (call) or 26–30 April 2021 (host)",
}


@dataclass(frozen=True)
class PastVisit:
    """A visit of 2021 and the entry it was made from."""

    visit: Visit
    entry: Entry


def read_entries() -> list[Entry]:
    """The ten entries in the order of the source page."""
    entries: list[Entry] = json.loads((DATA / "visits-2021.json").read_text("utf-8"))
    return entries


def add_past_visits(session: Session, programme: Programme, entries: list[Entry]) -> list[PastVisit]:
    """Both calls of 2021 with their visits."""
    calls = {batch: _add_past_call(session, programme, batch) for batch in _BATCHES}
    session.flush()
    return [
        PastVisit(_add_past_visit(session, calls[entry["call_batch"]], position, entry), entry)
        for position, entry in enumerate(entries, start=1)
    ]


def _add_past_call(session: Session, programme: Programme, batch: int) -> Call:
    title, opened, note, answers_by, source = _BATCHES[batch]
    return add_call(
        session,
        programme,
        slug=f"2021-batch-{batch}",
        title=title,
        summary="Online peer-learning visits on cultural heritage, hosted by cities and regions.",
        opens=datetime.combine(opened, time(0, 0)),
        closes=datetime.combine(_DEADLINES[batch], time(23, 59, 59)),
        window_note=note,
        answers_by=answers_by,
        state=CallState.ARCHIVED,
        source_url=source,
    )


def _add_past_visit(session: Session, call: Call, position: int, entry: Entry) -> Visit:
    certainty = DatesCertainty(entry["dates_status"])
    confirmed = certainty is DatesCertainty.CONFIRMED
    visit = Visit(
        call_id=call.id,
        slug=entry["slug"],
        position=position,
        host_name=entry["host"],
        host_kind=_KINDS[entry["region_or_city"]],
        place=entry["host_place"],
        country=entry["country"],
        called_title=entry["call_title"] or "",
        reported_title=entry["title_as_printed"],
        topic=entry["topic"],
        about="\n\n".join(entry["notes"]),
        format=VisitFormat(entry["format"]),
        zone=entry["timezone"],
        capacity=entry["capacity"],
        announced_starts_on=_day(entry["announced_starts_on"]),
        announced_ends_on=_day(entry["announced_ends_on"]),
        held_starts_on=_day(entry["starts_on"]) if confirmed else None,
        held_ends_on=_day(entry["ends_on"]) if confirmed else None,
        dates_certainty=certainty,
        dates_text=_TEXTS.get(entry["slug"], ""),
        participants_count=entry["participants_count"],
        participant_countries=entry["participant_country_codes"] or [],
        participant_countries_complete=entry["participant_countries_complete"],
    )
    session.add(visit)
    session.flush()
    _add_sources(session, visit, entry)
    return visit


def _add_sources(session: Session, visit: Visit, entry: Entry) -> None:
    for position, url in enumerate(dict.fromkeys([*entry["source_of_dates"], *entry["sources"]]), start=1):
        about_dates = url in entry["source_of_dates"]
        session.add(VisitSource(visit_id=visit.id, position=position, url=url, about_dates=about_dates))


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
