"""The bell that wakes workers when mail was posted.

Only a wake-up goes through it, never work: the rows of the outbox with their leases are the truth, workers look at them
every second anyway, and a lost wake-up costs that second. So nothing that comes out of Redis is ever run.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from peer_visits.config import Settings
from peer_visits.outbox.gates import WAKE

if TYPE_CHECKING:
    from peer_visits.jobs.wake_queue import Bell


class _BellOfApp:
    """The bell of one application, opened when it is first needed, in the process that needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bell: Bell | None = None
        self._lock = threading.Lock()

    @property
    def bell(self) -> Bell:
        """The bell itself."""
        with self._lock:
            if self._bell is None:
                from peer_visits.jobs.wake_queue import make_bell

                self._bell = make_bell(self._settings)
            return self._bell


def _committed(session: Session) -> None:
    """Ring once for each transaction that posted mail: the bell of the application that committed it."""
    if session.info.pop(WAKE, False):
        bell_of(current_app).ring()


def _undone(session: Session) -> None:
    """What was posted is gone again, as after a preview."""
    session.info.pop(WAKE, None)


def register_bell(app: Flask, settings: Settings, sessions: Any) -> None:
    """Ring after every commit that posted mail."""
    app.extensions["bell"] = _BellOfApp(settings)
    event.listen(sessions, "after_commit", _committed)
    event.listen(sessions, "after_rollback", _undone)


def bell_of(app: Flask) -> Bell:
    """The bell of this application."""
    own: _BellOfApp = app.extensions["bell"]
    return own.bell
