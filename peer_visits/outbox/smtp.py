"""The talk with a mail server, after smtplib: a letter is announced, asked for, and given; answers come in order."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from flask_mail import Connection, Mail

# For each step of the talk with the server: connecting, a command, the text, its answer.
TIMEOUT_SECONDS = 60
# Reply codes of RFC 5321.
_GO_ON, _CLOSING = 354, 421
_TAKEN = (250, 251)


@dataclass(frozen=True)
class Letter:
    """What a server gets: the envelope and the mail in it."""

    sender: str
    address: str
    raw: bytes = field(repr=False)

    @property
    def commands(self) -> tuple[str, str, str]:
        """How it is announced: from whom, to whom, and that the text may come. The addresses hold no brackets."""
        return f"mail FROM:<{self.sender}>\r\n", f"rcpt TO:<{self.address}>\r\n", "data\r\n"


# What the server answers to each of them if all is well.
_EXPECTED = (_TAKEN, _TAKEN, (_GO_ON,))
_AT_RECIPIENT = 1


class Refused(smtplib.SMTPResponseException):
    """The server does not want a letter; `at_recipient` if it said so when it heard the address."""

    def __init__(self, code: int, reply: bytes, *, at_recipient: bool = False) -> None:
        super().__init__(code, reply)
        self.at_recipient = at_recipient
        self.text = f"{code} {reply.decode(errors='replace')}"


class Talk(smtplib.SMTP):
    """One letter is given while the next may be announced. Knows of a text whose answer never came."""

    in_doubt = False
    _announced: Letter | None = None

    def announce(self, letter: Letter) -> None:
        """Say what comes next, before the answer to the last text, where the server allows that (RFC 2920)."""
        self._announced = letter
        if self.has_extn("pipelining"):
            with suppress(smtplib.SMTPServerDisconnected):
                self.send("".join(letter.commands))

    def give(self, letter: Letter, *, meanwhile: Callable[[], None]) -> None:
        """Give the text of a letter, and wait for the answer. Raises Refused, or what smtplib raises."""
        if self._announced is not letter:
            self.announce(letter)
        self._announced = None
        refused = self._hear_refusal(letter)
        if refused:
            self._start_over(refused.smtp_code)
            raise refused
        # A line that begins with a dot gets another one (RFC 5321 4.5.2).
        stuffed = letter.raw.replace(b"\r\n.", b"\r\n..")
        self.in_doubt = True
        self.send(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"))
        meanwhile()
        code, reply = self._answer()
        self.in_doubt = False
        if code == _CLOSING:
            self.close()
        if code not in _TAKEN:
            raise Refused(code, reply)

    def _hear_refusal(self, letter: Letter) -> Refused | None:
        """Read the answers to all that was said, and say the rest, until the server waits for the text."""
        refused: Refused | None = None
        is_said = self.has_extn("pipelining")
        for step, command in enumerate(letter.commands):
            if not is_said:
                if refused:
                    break
                self.send(command)
            code, reply = self._answer()
            if refused is None and code not in _EXPECTED[step]:
                refused = Refused(code, reply, at_recipient=step == _AT_RECIPIENT)
                if code == _CLOSING:
                    break
            elif refused and code == _GO_ON:
                self.close()  # it waits for the text of a letter that it refused
        return refused

    def _answer(self) -> tuple[int, bytes]:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection was closed")
        return self.getreply()

    def _start_over(self, code: int) -> None:
        """The server is as before the letter; after a 421 it hangs up."""
        if code == _CLOSING:
            self.close()
        elif self.sock is not None:
            with suppress(smtplib.SMTPServerDisconnected):
                self.rset()


class _TlsTalk(Talk, smtplib.SMTP_SSL):
    """The same over TLS from the beginning."""


class MailConnection(Connection):
    """Flask-Mail's connection with time limits, proved certificates, and without this machine's name."""

    def __init__(self, mail: Mail, domain: str) -> None:
        super().__init__(mail)
        self._domain = domain

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        host = self._connect()
        # What follows a text must not wait until the server has seen all of that.
        host.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # type: ignore[union-attr]
        mail = self.mail
        if mail.use_tls:
            host.starttls(context=ssl.create_default_context())
        if mail.username and mail.password:
            host.login(mail.username, mail.password)
        host.ehlo_or_helo_if_needed()
        return host

    def _connect(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        server, port = str(self.mail.server), int(self.mail.port)
        if self.mail.use_ssl:
            proved = ssl.create_default_context()
            return _TlsTalk(server, port, self._domain, timeout=TIMEOUT_SECONDS, context=proved)
        return Talk(server, port, self._domain, timeout=TIMEOUT_SECONDS)
