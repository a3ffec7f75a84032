"""The host desk: my visits, the board, one application at a time, side by side, the team, the sheet."""

from peer_visits.shortlist.views import (
    board,
    comparing,
    conflicts,
    desk,
    files,
    handing_over,
    joining,
    leaving,
    reading,
    revealing,
    sheets,
    team,
)
from peer_visits.shortlist.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "board",
    "comparing",
    "conflicts",
    "desk",
    "files",
    "handing_over",
    "joining",
    "leaving",
    "reading",
    "revealing",
    "sheets",
    "team",
]
