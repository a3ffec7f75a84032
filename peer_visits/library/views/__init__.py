"""The public library, and the desk where documents are written, reviewed and published."""

from __future__ import annotations

from peer_visits.library.views import desk, duties, public
from peer_visits.library.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "duties", "public"]
