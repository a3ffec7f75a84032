"""The virus check: clean goes on, found is refused, and what nobody could check is never kept."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from peer_visits.config import ConfigurationError, read_settings
from peer_visits.files.scanning import Scanner
from peer_visits.kernel.errors import Refused

Reply = Callable[[socket.socket], None]


def read_stream(connection: socket.socket) -> bytes:
    """The command, then every chunk, as clamd reads them."""
    with connection.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", stream.read(4))[0]:
            content += stream.read(length)
    return content


def says(words: bytes) -> Reply:
    def reply(connection: socket.socket) -> None:
        read_stream(connection)
        connection.sendall(words)

    return reply


def goes_away(connection: socket.socket) -> None:
    connection.close()


def stays_silent(connection: socket.socket) -> None:
    read_stream(connection)
    threading.Event().wait(2)


@contextmanager
def fake_clamd(reply: Reply) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            connection, _address = server.accept()
            with connection:
                reply(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp:127.0.0.1:{server.getsockname()[1]}"
        thread.join(timeout=5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(b"x" * 200_000)
    return path


def test_a_clean_file_goes_on(file: Path) -> None:
    with fake_clamd(says(b"stream: OK\0")) as address:
        Scanner(address, seconds=5).check(file)


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (says(b"stream: Eicar-Test-Signature FOUND\0"), "has found something"),
        (says(b"INSTREAM size limit exceeded. ERROR\0"), "could not be checked"),
        (says(b"x" * 10_000), "could not be checked"),
        (goes_away, "could not be checked"),
        (stays_silent, "could not be checked"),
    ],
    ids=["found", "error", "endless", "gone", "silent"],
)
def test_everything_else_is_refused(file: Path, reply: Reply, word: str) -> None:
    with fake_clamd(reply) as address, pytest.raises(Refused) as refused:
        Scanner(address, seconds=0.5).check(file)
    assert word in str(refused.value.reason)


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.ctl", "tcp:127.0.0.1:1"])
def test_a_scanner_that_is_not_there_lets_nothing_through(file: Path, address: str) -> None:
    with pytest.raises(Refused):
        Scanner(address, seconds=1).check(file)


@pytest.mark.parametrize("address", ["clamd", "tcp:localhost", "tcp::x", "unix:relative", "http://x"])
def test_a_wrong_address_is_told_at_the_start(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigurationError, match="SCAN_ADDRESS"):
        read_settings({"PEER_VISITS_INSTANCE": str(tmp_path), "SCAN_ADDRESS": address})
