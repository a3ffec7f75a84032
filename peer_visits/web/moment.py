"""The moment a request began."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import g

from peer_visits.kernel import clock


def request_time() -> datetime:
    """When this request began: deadlines are judged by it, and by the server's clock alone."""
    if "began_at" not in g:
        g.began_at = clock.now()
    return cast(datetime, g.began_at)
