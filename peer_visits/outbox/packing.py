"""What a mail was rendered from, as JSON and back, so that it can be rendered again when it changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from peer_visits.kernel.text import Phrase

KIND = "_kind"


class CannotPack(TypeError):
    """The value is of a type that has no form in JSON here."""


def pack(value: Any) -> Any:
    """The value as plain JSON. Raises CannotPack for anything but plain values, moments, ids and phrases."""
    if isinstance(value, Phrase):
        return {KIND: "phrase", "value": value.template, "values": pack(value.values)}
    if isinstance(value, datetime):
        return {KIND: "moment", "value": value.isoformat()}
    if isinstance(value, date):
        return {KIND: "date", "value": value.isoformat()}
    if isinstance(value, uuid.UUID):
        return {KIND: "id", "value": str(value)}
    return _pack_plain(value)


def _pack_plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): pack(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(part) for part in value]
    raise CannotPack(type(value).__name__)


def unpack(value: Any) -> Any:
    """What was packed; a tuple comes back as a list."""
    if isinstance(value, list):
        return [unpack(part) for part in value]
    if not isinstance(value, dict):
        return value
    if KIND not in value:
        return {name: unpack(part) for name, part in value.items()}
    return _UNPACK[value[KIND]](value)


_UNPACK: dict[str, Callable[[dict[str, Any]], Any]] = {
    "phrase": lambda value: Phrase(value["value"], unpack(value["values"])),
    "moment": lambda value: datetime.fromisoformat(value["value"]),
    "date": lambda value: date.fromisoformat(value["value"]),
    "id": lambda value: uuid.UUID(value["value"]),
}
