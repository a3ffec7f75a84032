"""Everything every room says it holds about people, put together from their `personal.py`."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import cast

from flask import current_app

from peer_visits.storage.personal import Holding, Mention, Room

# Where the application keeps the rooms.
ROOMS = "personal"


def read_room(name: str, module: ModuleType) -> Room:
    """What a room's `personal.py` says; what it does not name is empty."""
    return Room(
        name,
        holdings=tuple(getattr(module, "HOLDINGS", ())),
        acts=frozenset(getattr(module, "ACTS", ())),
        mentions=tuple(getattr(module, "MENTIONS", ())),
        nobody=frozenset(getattr(module, "NOBODY", ())),
    )


def all_rooms() -> tuple[Room, ...]:
    """Every room, from the ground up."""
    return cast(tuple[Room, ...], current_app.extensions[ROOMS])


def holdings_top_down() -> Iterator[Holding]:
    """Every holding, what stands on others first: the order in which it can be erased."""
    for room in reversed(all_rooms()):
        yield from room.holdings


def mentions() -> Iterator[Mention]:
    """Every text in which somebody may be named."""
    for room in all_rooms():
        yield from room.mentions
