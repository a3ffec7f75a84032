"""A report as it is being written: whole, section by section, and what is said about it."""

from __future__ import annotations

from peer_visits.library.writing.views import comments, sections, text
from peer_visits.library.writing.views.blueprint import blueprint

__all__ = ["blueprint", "comments", "sections", "text"]
