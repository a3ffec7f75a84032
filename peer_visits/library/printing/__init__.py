"""Reports that were written here, set: as a web page and as a tagged PDF, from plain values."""

from __future__ import annotations

from peer_visits.library.printing.typesetting import typeset

__all__ = ["typeset"]
