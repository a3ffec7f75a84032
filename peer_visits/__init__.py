"""Peer Visits: the software with which a programme runs its peer-learning visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from peer_visits.config import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Imports lazily: the two commands run before Flask is installed."""
    from peer_visits.wiring import build_app

    return build_app(settings)
