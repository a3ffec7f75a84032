"""The organiser's pages of group mail: write, see who gets it, send, and see what became of it."""

from __future__ import annotations

from peer_visits.mailing.groups.views import pressing, sending, writing
from peer_visits.mailing.groups.views.blueprint import blueprint

__all__ = ["blueprint", "pressing", "sending", "writing"]
