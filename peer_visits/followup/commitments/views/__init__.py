"""What a person takes home and what came of it; and the commitments of a call for its organiser."""

from __future__ import annotations

from peer_visits.followup.commitments.views import organiser, own
from peer_visits.followup.commitments.views.blueprint import blueprint

__all__ = ["blueprint", "organiser", "own"]
