"""The port to listen on: the one asked for, or a clear word on why not."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping

from peer_visits.launch.failure import StepFailedError

DEFAULT_PORT = 5000
DEFAULT_HOST = "127.0.0.1"


def where_to_listen(environment: Mapping[str, str]) -> tuple[str, int]:
    """HOST, by default loopback, and PORT, known to be free. Raises StepFailedError."""
    host = environment.get("HOST", "").strip() or DEFAULT_HOST
    return host, free_port(host, wanted_port(environment))


def wanted_port(environment: Mapping[str, str]) -> int:
    """PORT, by default 5000; 0 takes any free one. Raises StepFailedError."""
    value = environment.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not (value.isascii() and value.isdigit() and int(value) <= 65535):
        raise StepFailedError(
            f"PORT must be a whole number from 1 to 65535, not {value!r}.", "set another: PORT=5001"
        )
    return int(value)


def free_port(host: str, port: int) -> int:
    """The port, once it is known to be free; another for 0. Raises StepFailedError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _refusal(host, port, error) from error
        return int(probe.getsockname()[1])


def _refusal(host: str, port: int, error: OSError) -> StepFailedError:
    if error.errno == errno.EADDRINUSE:
        return StepFailedError(
            f"Port {port} is taken by another program.",
            f"stop that program, or choose another port: PORT={port % 65535 + 1} python3 -m peer_visits run",
        )
    if error.errno == errno.EACCES:
        return StepFailedError(
            f"Port {port} is for the system alone.", "choose one above 1023, for example PORT=5000"
        )
    return StepFailedError(f"{host} port {port} cannot be used: {error.strerror}.", "check HOST and PORT.")
