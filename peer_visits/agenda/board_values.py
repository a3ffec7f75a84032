"""Where each session stands on a board, as values that the page's script compares with what it shows.

A session whose `mark` is another has other words than its card on the page: the script then fetches the page anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from flask_babel import gettext as _

from peer_visits.agenda.board import Board, Placed
from peer_visits.agenda.clashes.values import Clash
from peer_visits.agenda.queries.board import OnBoard
from peer_visits.kernel.zones import to_wall
from peer_visits.web.formats import say


def classes_of(placed: Placed) -> str:
    """Place, length, lane and trouble of a session on the board."""
    lane = "alone" if placed.is_alone else f"lane-{placed.lane + 1}"
    return f"at-{placed.at} for-{placed.quarters} {lane}{_trouble(placed.clashes)}"


def _trouble(clashes: Sequence[Clash]) -> str:
    if not clashes:
        return ""
    return " noticed" if all(clash.is_notice for clash in clashes) else " clash"


def days_as_values(board: Board) -> list[dict[str, Any]]:
    """The days with how many sessions run side by side, and what is said of the whole day."""
    return [
        {"day": day.date.isoformat(), "lanes": day.lanes, "said": [say(one.brief) for one in day.clashes]}
        for day in board.days
    ]


def places_as_values(board: Board, unplaced: Iterable[OnBoard], zone: str) -> list[dict[str, Any]]:
    """Every session in the order it is shown; `said` holds the class and the words of each clash."""
    placed = [_place(one, zone) for day in board.days for one in day.sessions]
    return placed + [
        {
            "id": str(one.id),
            "wall": "",
            "minutes": one.minutes,
            "classes": "waiting",
            "time": str(_("%(minutes)s min", minutes=one.minutes)),
            "said": [],
            "mark": _mark(one.title, one.kind, one.speaker_names, one.room_name),
        }
        for one in unplaced
    ]


def _place(placed: Placed, zone: str) -> dict[str, Any]:
    item = placed.item
    ends = to_wall(item["ends_at"], zone)
    return {
        "id": str(item["id"]),
        "wall": item["starts_wall"],
        "minutes": item["minutes"],
        "classes": classes_of(placed),
        "time": f"{item['starts_wall'][11:16]}–{ends:%H:%M}",
        "said": _said(placed.clashes),
        "mark": _mark(item["title"], item["kind"], item["speaker"], item["room"]),
    }


def _said(clashes: Iterable[Clash]) -> list[list[str]]:
    """Each thing once, however many sessions it is about."""
    said = {say(one.brief): one.is_notice for one in clashes}
    return [
        ["notice-word", f"{_('Note:')} {brief}"] if is_notice else ["clash-word", f"{_('Clash:')} {brief}"]
        for brief, is_notice in said.items()
    ]


def _mark(*words: str) -> int:
    return crc32("\n".join(words).encode())
