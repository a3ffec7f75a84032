"""A real SMTP server on loopback that keeps what it accepts and can be told to misbehave."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port

Answer = Callable[[Envelope], str]
ACCEPTED = "250 OK"
# Instead of an answer: the connection is cut, after the text was taken or before anything is said.
DROP = "drop"
# The mail is kept, and the connection is cut before the answer: the sender cannot know.
KEEP_AND_DROP = "keep and drop"


class Sink:
    """The handler: keeps each accepted message, whole."""

    def __init__(self) -> None:
        self.accepted: list[Envelope] = []
        self.greetings: set[str] = set()
        self.connections = 0
        self.kept_and_cut = 0
        self.at_sender: Callable[[str], str] = lambda _address: ACCEPTED
        self.at_recipient: Callable[[str], str] = lambda _address: ACCEPTED
        self.delay_seconds = 0.0
        self.pipelining = False
        self.at_data: Answer = lambda _envelope: ACCEPTED

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.pipelining else responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_sender(address)
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.greetings.add(str(session.host_name))
        answer = self.at_recipient(address)
        if answer == DROP:
            _cut(server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.delay_seconds)
        answer = self.at_data(envelope)
        if answer == DROP:
            _cut(server)
        if answer == KEEP_AND_DROP:
            self.kept_and_cut += 1
            _cut(server)
        if answer.startswith("2") or answer == KEEP_AND_DROP:
            self.accepted.append(envelope)
        return answer

    def mails(self) -> list[EmailMessage]:
        """The accepted messages, parsed. No property: aiosmtpd reads those of its handler whenever a client comes."""
        return [message_from_bytes(_content(envelope), policy=default) for envelope in self.accepted]

    def count_by_message_id(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(_message_id(_content(envelope)) for envelope in self.accepted)

    def are_copies_alike(self) -> bool:
        """Whether mails that arrived under one Message-ID are equal to the last byte."""
        contents = {_content(envelope) for envelope in self.accepted}
        return len(contents) == len(self.count_by_message_id())


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


def _content(envelope: Envelope) -> bytes:
    content = envelope.content or b""
    return content if isinstance(content, bytes) else content.encode()


def _message_id(content: bytes) -> str:
    for line in content.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
        if line.lower().startswith(b"message-id:"):
            return line.split(b":", 1)[1].strip().decode()
    raise AssertionError("a mail without Message-ID")


@contextmanager
def smtp_sink() -> Iterator[tuple[Sink, str]]:
    """A running server and its smtp:// address."""
    sink = Sink()
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, timeout=30)
    controller.start()
    try:
        yield sink, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
