"""The bell itself: huey's queue, in SQLite or in Redis.

Imported when the first bell is needed only: huey brings the drivers of every database it knows.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import RedisHuey, SqliteHuey
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from peer_visits.config import Settings

log = logging.getLogger(__name__)

NAME = "peer-visits-mail"
# Several wake-ups in the queue wake no better than a few.
ENOUGH = 8
# After a failure nobody waits for the queue again for so long; in seconds.
QUIET_SECONDS = 10.0
POLL_SECONDS = 0.1
_FAILURES = (RedisError, OSError, sqlite3.Error)


class Bell:
    """Rings after a commit and is waited for by workers. Never fails: a broken one only rings no more."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self._quiet_until = 0.0

    def ring(self) -> None:
        """Wake a worker."""
        self._try(self._put)

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait until it rings, for so many seconds at most; whether it rang."""
        end = time.monotonic() + seconds
        while not stop.is_set():
            if self._try(self._storage.dequeue):
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            stop.wait(min(POLL_SECONDS, left))
        return False

    def _put(self) -> None:
        if self._storage.queue_size() < ENOUGH:
            self._storage.enqueue(b"mail")

    def _try(self, act: Callable[[], Any]) -> Any:
        if time.monotonic() < self._quiet_until:
            return None
        try:
            return act()
        except _FAILURES as error:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("the queue that wakes workers does not answer: %s", type(error).__name__)
            return None


def make_bell(settings: Settings) -> Bell:
    """Redis where it is named, so that workers on other machines hear it; else a file beside the database."""
    if settings.redis_url:
        return Bell(RedisHuey(NAME, connection_pool=_pool(settings.redis_url)).storage)
    return _file_bell(settings.instance)


def _file_bell(folder: Path) -> Bell:
    folder.mkdir(parents=True, exist_ok=True)
    return Bell(SqliteHuey(NAME, filename=str(folder / "wake.sqlite"), fsync=False).storage)


def _pool(url: str) -> ConnectionPool:
    # A Redis that is away must not hold up somebody's request.
    return ConnectionPool.from_url(
        url, socket_connect_timeout=0.5, socket_timeout=3, retry=Retry(NoBackoff(), 0)
    )
