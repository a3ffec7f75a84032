"""Pages of the agenda: what everybody sees, and the desk of host, organiser and speakers."""

from __future__ import annotations

from peer_visits.agenda.feeds import views as feeds
from peer_visits.agenda.showing import views as showing
from peer_visits.agenda.views import (
    beginning,
    board,
    breakouts,
    public,
    publishing,
    rooms,
    sessions,
    speakers,
    speaking,
    suggesting,
)
from peer_visits.agenda.views.blueprint import blueprint

__all__ = [
    "beginning",
    "blueprint",
    "board",
    "breakouts",
    "feeds",
    "public",
    "publishing",
    "rooms",
    "sessions",
    "showing",
    "speakers",
    "speaking",
    "suggesting",
]
