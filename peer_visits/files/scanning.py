"""A virus scanner behind one question: may this file be kept? Off unless an address is set.

Speaks the INSTREAM command of clamd: length-prefixed chunks, a zero length at the end, one line back.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase, phrase

_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096


@dataclass(frozen=True)
class Scanner:
    """Where clamd listens: `unix:/path` or `tcp:host:port`. `seconds` is how long each step may take."""

    address: str
    seconds: float = 30

    def check(self, path: Path) -> None:
        """Raises Refused if something is found, and also if nobody could look: never kept unchecked."""
        try:
            answer = self._ask(path)
        except OSError as error:
            raise Refused(_not_checked()) from error
        if answer.endswith("OK"):
            return
        if answer.endswith("FOUND"):
            raise Refused(phrase("The virus check has found something in this file. It was not kept."))
        raise Refused(_not_checked())

    def _ask(self, path: Path) -> str:
        with self._connect() as connection, path.open("rb") as opened:
            connection.sendall(b"zINSTREAM\0")
            while chunk := opened.read(_CHUNK):
                connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
            return _read_answer(connection)

    def _connect(self) -> socket.socket:
        kind, _colon, rest = self.address.partition(":")
        if kind == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.seconds)
            connection.connect(rest)
            return connection
        host, _colon, port = rest.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=self.seconds)


def _read_answer(connection: socket.socket) -> str:
    answer = b""
    while len(answer) < _LONGEST_ANSWER:
        part = connection.recv(_LONGEST_ANSWER)
        if not part:
            break
        answer += part
        if b"\0" in part:
            break
    return answer.split(b"\0", maxsplit=1)[0].decode("utf-8", "replace").strip()


def _not_checked() -> Phrase:
    return phrase("The file could not be checked for viruses. It was not kept; try again later.")
