"""Figures of a call and of all calls of a programme: pictures, their tables, a map, a file."""

from __future__ import annotations

from peer_visits.insight.views import commitments, figures
from peer_visits.insight.views.blueprint import blueprint

__all__ = ["blueprint", "commitments", "figures"]
