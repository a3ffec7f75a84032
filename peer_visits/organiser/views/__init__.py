"""The organiser's pages over several rooms: calls at a glance, applications, the log."""

from __future__ import annotations

from peer_visits.organiser.views import applications, calls, redacting
from peer_visits.organiser.views.blueprint import blueprint

__all__ = ["applications", "blueprint", "calls", "redacting"]
