"""The host desk: my visits, the board, one application at a time, handing over."""

from peer_visits.shortlist.views import board, desk, handing_over, reading, revealing
from peer_visits.shortlist.views.blueprint import blueprint

__all__ = ["blueprint", "board", "desk", "handing_over", "reading", "revealing"]
