"""The host desk: my visits, the board, one application at a time, handing over."""

from peer_visits.shortlist.views import (
    board,
    conflicts,
    desk,
    handing_over,
    joining,
    leaving,
    reading,
    revealing,
    team,
)
from peer_visits.shortlist.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "board",
    "conflicts",
    "desk",
    "handing_over",
    "joining",
    "leaving",
    "reading",
    "revealing",
    "team",
]
