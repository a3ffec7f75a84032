"""Asking the server whether it is ready."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from urllib.parse import urlsplit

ASK_EVERY_SECONDS = 0.05


def wait_until_ready(ask: Callable[[], bool], give_up: Callable[[], bool], seconds: float) -> bool:
    """Ask until the answer is yes, somebody gives up, or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not give_up():
        if ask():
            return True
        time.sleep(ASK_EVERY_SECONDS)
    return False


def is_ready(host: str, port: int, public_url: str = "") -> bool:
    """Whether /readyz answers 200."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers=_headers(public_url))
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _headers(public_url: str) -> dict[str, str]:
    # Outside the demo the application answers to its public name alone.
    host = urlsplit(public_url).netloc
    return {"Host": host} if host else {}


def reachable(host: str) -> str:
    """The address by which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
