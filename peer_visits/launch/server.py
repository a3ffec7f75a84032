"""Settings of the production server: `gunicorn --config python:peer_visits.launch.server wsgi:app`.

From the environment: HOST (127.0.0.1), PORT (5000), WEB_CONCURRENCY (2 processes).
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path
from typing import Any

from peer_visits.launch.children import end_with_parent
from peer_visits.launch.ports import DEFAULT_HOST, DEFAULT_PORT

PREPARES = "PEER_VISITS_PREPARES"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108


def address(host: str, port: str) -> str:
    """Where to listen, as gunicorn writes it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def on_starting(server: Any) -> None:
    """The program is loaded. When asked, prepare the database with it before anything listens.

    PREPARES is the number of the pipe on which `flask prepare` says what came of it. It is a process of its own, so
    that nothing of the demo stays in memory and no connection is shared with the processes that serve.
    """
    if PREPARES not in os.environ:
        return
    pipe = int(os.environ[PREPARES])
    process = multiprocessing.get_context("fork").Process(target=_prepare, args=(server.app.wsgi(), pipe))
    process.start()
    os.close(pipe)
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def _prepare(app: Any, pipe: int) -> None:
    end_with_parent()
    for stream in (sys.stdout, sys.stderr):
        os.dup2(pipe, stream.fileno())
    with app.app_context():
        app.cli.commands["prepare"].main(args=[])


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
