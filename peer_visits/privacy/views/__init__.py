"""What is held about people: for themselves, and for the organiser."""

from __future__ import annotations

from peer_visits.privacy.views import organiser, own
from peer_visits.privacy.views.blueprint import blueprint

__all__ = ["blueprint", "organiser", "own"]
