"""Pages about places: the person's own, and the organiser's desk of a call."""

from __future__ import annotations

from peer_visits.places.views import desk, marking, own, waiting
from peer_visits.places.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "marking", "own", "waiting"]
