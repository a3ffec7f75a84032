"""Settings of the production server: `gunicorn --config python:peer_visits.launch.server wsgi:app`.

From the environment: HOST (127.0.0.1), PORT (5000), WEB_CONCURRENCY (2 processes).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from peer_visits.launch.ports import DEFAULT_HOST, DEFAULT_PORT

HELD = "PEER_VISITS_HELD"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108


def address(host: str, port: str) -> str:
    """Where to listen, as gunicorn writes it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def on_starting(_server: object) -> None:
    """The program is loaded; when held, wait for the word that the database is ready before listening."""
    if os.environ.get(HELD):
        sys.stdin.buffer.read()


bind = address(os.environ.get("HOST") or DEFAULT_HOST, os.environ.get("PORT") or str(DEFAULT_PORT))
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
keepalive = 15
graceful_timeout = 25
loglevel = "warning"
# Loaded once and then forked: a quicker start, and one copy of the program in memory.
preload_app = True
# By default a socket that controls the server would stand in the home of whoever starts it.
control_socket_disable = True
# The heartbeat of the processes must not wait for a slow disk.
worker_tmp_dir = _SHARED_MEMORY if Path(_SHARED_MEMORY).is_dir() else None
