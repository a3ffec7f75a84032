"""Pages of the agenda: what everybody sees, and the desk of host, organiser and speakers."""

from __future__ import annotations

from peer_visits.agenda.feeds import views as feeds
from peer_visits.agenda.showing import views as showing
from peer_visits.agenda.views import (
    attending,
    beginning,
    board,
    breakouts,
    checking_in,
    public,
    publishing,
    rooms,
    running,
    searching,
    sessions,
    speakers,
    speaking,
    suggesting,
)
from peer_visits.agenda.views.blueprint import blueprint

__all__ = [
    "attending",
    "beginning",
    "blueprint",
    "board",
    "breakouts",
    "checking_in",
    "feeds",
    "public",
    "publishing",
    "rooms",
    "running",
    "searching",
    "sessions",
    "showing",
    "speakers",
    "speaking",
    "suggesting",
]
