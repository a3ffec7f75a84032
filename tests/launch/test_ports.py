"""The port asked for, or why not."""

from __future__ import annotations

import socket

import pytest

from peer_visits.launch.failure import StepFailedError
from peer_visits.launch.ports import free_port, wanted_port


@pytest.mark.parametrize(
    ("value", "port"), [(None, 5000), ("", 5000), (" 8080 ", 8080), ("0", 0), ("65535", 65535)]
)
def test_a_whole_number_is_taken(value: str | None, port: int) -> None:
    assert wanted_port({} if value is None else {"PORT": value}) == port


@pytest.mark.parametrize("value", ["-1", "65536", "80a", "8_0", "٣", "1.5"])
def test_anything_else_is_refused(value: str) -> None:
    with pytest.raises(StepFailedError, match="whole number"):
        wanted_port({"PORT": value})


def test_a_taken_port_is_named_and_another_proposed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StepFailedError, match=f"Port {port} is taken") as failed:
            free_port("127.0.0.1", port)
    assert f"PORT={port % 65535 + 1}" in failed.value.advice


def test_zero_takes_any_free_port() -> None:
    assert 0 < free_port("127.0.0.1", 0) <= 65535


def test_a_strange_host_is_refused_plainly() -> None:
    with pytest.raises(StepFailedError, match="cannot be used"):
        free_port("192.0.2.1", 5000)
