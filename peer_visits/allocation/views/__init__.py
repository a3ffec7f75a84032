"""The organiser's pages about allocation runs: ask for one, follow it, read it, change it, compare two."""

from __future__ import annotations

from peer_visits.allocation.views import asking, changing, reading, runs
from peer_visits.allocation.views.blueprint import blueprint

__all__ = ["asking", "blueprint", "changing", "reading", "runs"]
