"""Reads an agenda from JSON. Every fault is told with its place, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from peer_visits.agenda.suggesting.instance import (
    DAY,
    EVERYBODY,
    LEVELS,
    SCHEMA,
    Day,
    Fixed,
    Group,
    Instance,
    Level,
    Room,
    Session,
    Speaker,
    Way,
    Window,
)
from peer_visits.allocation.solving.reading.reader import Reader

FURTHEST = 26 * 60  # minutes between two clocks on this planet
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)
MOST_SESSIONS, MOST_DAYS = 200, 60
Read = TypeVar("Read")


def read_instance(data: Any) -> Instance:
    """An agenda from JSON. Raises Faulty."""
    reader = AgendaReader()
    reader.begin(data, SCHEMA)
    instance = _read(reader, data)
    reader.end()
    return instance


class AgendaReader(Reader):
    """Also reads clocks and lists of objects."""

    def minute(self, data: dict[str, Any], key: str, place: str) -> int:
        """A time of day such as 09:30, in minutes."""
        value = data.get(key)
        found = CLOCK.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.fault(f"{place}.{key}".lstrip("."), f"a time such as 09:30 is expected, not {value!r}")
            return 0
        hours, minutes = (part for part in found.groups() if part is not None)
        return int(hours) * 60 + int(minutes)

    def minute_or_none(self, data: dict[str, Any], key: str, place: str) -> int | None:
        """A time of day, if one is given."""
        return None if data.get(key) is None else self.minute(data, key, place)

    def word(self, data: dict[str, Any], key: str, place: str) -> str | None:
        """A text, if one is given."""
        return None if data.get(key) is None else self.text(data, key, place)

    def each(
        self, data: dict[str, Any], key: str, read: Callable[[dict[str, Any], str], Read | None]
    ) -> tuple[Read, ...]:
        """What `read` makes of each object of a list; a list that is not there is empty."""
        found: list[Read] = []
        for place, item in self.items(data.get(key, []), key):
            fields = self.object(item, place)
            value = None if fields is None else read(fields, place)
            if value is not None:
                found.append(value)
        return tuple(found)


def _read(reader: AgendaReader, data: dict[str, Any]) -> Instance:
    slot_minutes = _slot_minutes(reader, data)
    days = reader.each(data, "days", lambda item, place: _day(reader, item, place))
    day_ids = _ids(reader, "days", days, most=MOST_DAYS)
    people = reader.each(data, "people", lambda item, place: _speaker(reader, item, place, day_ids))
    rooms = reader.each(data, "rooms", lambda item, place: _room(reader, item, place))
    known = _Known(
        day_ids, _ids(reader, "people", people), _ids(reader, "rooms", rooms), max(1, slot_minutes)
    )
    sessions = reader.each(data, "sessions", lambda item, place: _session(reader, item, place, known))
    ids = _ids(reader, "sessions", sessions, most=MOST_SESSIONS)
    return Instance(
        days=days,
        sessions=sessions,
        people=people,
        participants=reader.each(data, "participants", lambda item, place: _group(reader, item, place)),
        rooms=rooms,
        travel=reader.each(data, "travel", lambda item, place: _way(reader, item, place)),
        precedence=reader.each(data, "precedence", lambda item, place: _order(reader, item, place, ids)),
        together=tuple(
            reader.names(members, ids, place, "session of this agenda")
            for place, members in reader.items(data.get("together", []), "together")
        ),
        comfort=_comfort(reader, data),
        slot_minutes=slot_minutes,
        min_gap_minutes=reader.number(data, "min_gap_minutes", "", most=DAY, default=0),
        objective=_objective(reader, data),
        name=reader.text(data, "name", "", default=""),
    )


class _Known:
    """What sessions may name."""

    def __init__(self, days: list[str], people: list[str], rooms: list[str], slot_minutes: int) -> None:
        self.days, self.people, self.rooms, self.slot_minutes = days, people, rooms, slot_minutes


def _ids(reader: AgendaReader, place: str, items: tuple[Any, ...], *, most: int = 10_000) -> list[str]:
    ids = [item.id for item in items]
    reader.no_doubles(place, ids)
    if len(ids) > most:
        reader.fault(place, f"at most {most} are allowed, not {len(ids)}")
    return ids


def _slot_minutes(reader: AgendaReader, data: dict[str, Any]) -> int:
    minutes = reader.number(data, "slot_minutes", "", least=1, most=DAY, default=15)
    if DAY % minutes:
        reader.fault("slot_minutes", f"{minutes} does not divide a day")
    return minutes


def _day(reader: AgendaReader, data: dict[str, Any], place: str) -> Day:
    opens, closes = reader.minute(data, "open", place), reader.minute(data, "close", place)
    if opens > closes:
        reader.fault(f"{place}.close", "lies before open")
    limited = data.get("max_minutes") is not None
    return Day(
        id=reader.text(data, "id", place),
        open=opens,
        close=closes,
        mode=reader.word(data, "mode", place),
        max_minutes=reader.number(data, "max_minutes", place, most=DAY) if limited else None,
    )


def _tz(reader: AgendaReader, data: dict[str, Any], place: str) -> int:
    return reader.number(data, "tz", place, least=-FURTHEST, most=FURTHEST, default=0)


def _speaker(reader: AgendaReader, data: dict[str, Any], place: str, days: list[str]) -> Speaker:
    windows = []
    for at, item in reader.items(data.get("windows", []), f"{place}.windows"):
        fields = reader.object(item, at)
        day = fields and reader.among(fields.get("day"), days, f"{at}.day", "day of this agenda")
        if fields and day:
            windows.append(Window(day, reader.minute(fields, "from", at), reader.minute(fields, "to", at)))
    return Speaker(reader.text(data, "id", place), _tz(reader, data, place), tuple(windows))


def _group(reader: AgendaReader, data: dict[str, Any], place: str) -> Group:
    return Group(_tz(reader, data, place), reader.number(data, "count", place))


def _room(reader: AgendaReader, data: dict[str, Any], place: str) -> Room:
    return Room(reader.text(data, "id", place), reader.number(data, "capacity", place))


def _way(reader: AgendaReader, data: dict[str, Any], place: str) -> Way:
    ends = reader.text(data, "a", place), reader.text(data, "b", place)
    return Way(*ends, reader.number(data, "minutes", place, most=DAY))


def _order(reader: AgendaReader, data: dict[str, Any], place: str, ids: list[str]) -> tuple[str, str] | None:
    before = reader.among(data.get("before"), ids, f"{place}.before", "session of this agenda")
    after = reader.among(data.get("after"), ids, f"{place}.after", "session of this agenda")
    return None if before is None or after is None else (before, after)


def _session(reader: AgendaReader, data: dict[str, Any], place: str, known: _Known) -> Session:
    limited = data.get("days") is not None
    return Session(
        id=reader.text(data, "id", place),
        minutes=reader.number(data, "minutes", place, least=1, most=DAY),
        people=reader.names(data.get("people", []), known.people, f"{place}.people", "person"),
        audience=reader.text(data, "audience", place, default=EVERYBODY) or EVERYBODY,
        required=reader.flag(data, "required", place, default=True),
        weight=reader.number(data, "weight", place, default=1),
        days=reader.names(data["days"], known.days, f"{place}.days", "day of this agenda")
        if limited
        else None,
        not_before=reader.minute_or_none(data, "not_before", place),
        not_after=reader.minute_or_none(data, "not_after", place),
        mode=reader.word(data, "mode", place),
        needs_room=reader.flag(data, "needs_room", place, default=False),
        size=reader.number(data, "size", place, default=0),
        place=reader.word(data, "place", place),
        counts=reader.flag(data, "counts", place, default=True),
        fixed=_fixed(reader, data, place, known),
    )


def _fixed(reader: AgendaReader, data: dict[str, Any], place: str, known: _Known) -> Fixed | None:
    if data.get("fixed") is None:
        return None
    at = f"{place}.fixed"
    fields = reader.object(data["fixed"], at) or {}
    day = reader.among(fields.get("day"), known.days, f"{at}.day", "day of this agenda")
    minute = reader.minute(fields, "at", at)
    if minute % known.slot_minutes:
        reader.fault(f"{at}.at", f"does not lie on a slot of {known.slot_minutes} minutes")
    has_room = fields.get("room") is not None
    room = reader.among(fields["room"], known.rooms, f"{at}.room", "room") if has_room else None
    return Fixed(day or "", minute, room)


def _comfort(reader: AgendaReader, data: dict[str, Any]) -> tuple[int, int]:
    given = data.get("comfort", ["09:00", "17:00"])
    if not isinstance(given, list) or len(given) != 2:
        reader.fault("comfort", "two times are expected here")
        return 0, DAY
    fields = dict(zip(("from", "to"), given, strict=True))
    return reader.minute(fields, "from", "comfort"), reader.minute(fields, "to", "comfort")


def _objective(reader: AgendaReader, data: dict[str, Any]) -> tuple[Level, ...]:
    levels = reader.names(data.get("objective", list(LEVELS)), LEVELS, "objective", "level")
    if not levels and not reader.faults:
        reader.fault("objective", "at least one level is needed")
    return cast("tuple[Level, ...]", levels)
