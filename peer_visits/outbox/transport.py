"""How a message leaves: over SMTP with Flask-Mail, or not at all where the outbox is the mailbox."""

from __future__ import annotations

import smtplib
import ssl
import uuid
from collections.abc import Callable
from contextlib import suppress
from email.errors import MessageError
from functools import partial
from typing import Any, NoReturn, Protocol, cast
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_mail import Connection, Mail

from peer_visits.kernel.errors import NotFound
from peer_visits.outbox.enclosing import Enclosures
from peer_visits.outbox.mime import BadHeader, as_bytes, ascii_address, envelope_sender
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.rules import can_be_written, is_about_the_address, is_temporary

# For each step of the talk with the server: connecting, a command, the text, its answer.
TIMEOUT_SECONDS = 60
# Reply codes of RFC 5321.
_GO_ON, _CLOSING = 354, 421
_TAKEN = (250, 251)


class Postponed(Exception):
    """The server asks to come back later with this message; `in_doubt` if it may have taken it already."""

    def __init__(self, reason: str, *, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.in_doubt = in_doubt


class NoWay(Postponed):
    """There is no way out now at all: nothing about the message, everything waits."""


class Rejected(Exception):
    """The server refuses this message for good; `is_the_address` if it says that nobody is there."""

    def __init__(self, reason: str, *, is_the_address: bool = False) -> None:
        super().__init__(reason)
        self.is_the_address = is_the_address


HandOver = Callable[[], Message | None]


class Transport(Protocol):
    """A way out, opened when it is needed and good for many messages."""

    def deliver(self, message: Message, hand_over: HandOver, following: Message | None = None) -> bool:
        """Hand one message over; whether it left. Raises Postponed, NoWay or Rejected.

        When the way is open and before anything of the message is given, `hand_over` is asked: it marks the message
        and gives it as it is now, or None if it must not leave. `following` is made ready meanwhile.
        """

    def close(self) -> None:
        """Let the connection go; the next message opens another."""


class MailboxTransport:
    """Sends nothing: the rows of the outbox are the mailbox that the demo shows."""

    def deliver(self, _message: Message, hand_over: HandOver, _following: Message | None = None) -> bool:
        """Nothing more to do: the row is there already."""
        return hand_over() is not None

    def close(self) -> None:
        """Nothing to do."""


class SmtpTransport:
    """Sends over one SMTP connection for as long as there is work and the server keeps it open.

    Nobody waits who could work: while the server thinks about a sender, the message is marked; while it takes a text,
    the next one is made.
    """

    def __init__(self, app: Flask, url: str, settings: MailSettings) -> None:
        app.config.update(smtp_settings(url))
        self._mail = Mail(app)
        self._settings = settings
        self._connection: Connection | None = None
        self._enclosures = Enclosures()
        self._made: tuple[tuple[uuid.UUID, int], bytes] | None = None

    def deliver(self, message: Message, hand_over: HandOver, following: Message | None = None) -> bool:
        """Hand one message over and sort what the server says."""
        host = self._open()
        host.begin(envelope_sender(message, self._settings), _known_address(message))
        try:
            ready = hand_over()
        except BaseException:
            self._drop()
            raise
        try:
            if ready:
                self._give(host, ready, following)
            else:
                host.give_up()
        except (OSError, smtplib.SMTPException) as error:
            in_doubt = host.in_doubt
            self._drop()
            if ready:
                raise Postponed(_short(error), in_doubt=in_doubt) from error
        finally:
            self._forget_closed()
        return ready is not None

    def _give(self, host: _Smtp, message: Message, following: Message | None) -> None:
        try:
            address, raw = self._write(message)
        except Rejected:
            host.give_up()
            raise
        try:
            sender = envelope_sender(message, self._settings)
            host.finish(sender, address, raw, meanwhile=partial(self._make, following))
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            _raise_by_code(code, reply, at_recipient=True)
        except smtplib.SMTPResponseException as error:
            _raise_by_code(error.smtp_code, error.smtp_error)

    def _write(self, message: Message) -> tuple[str, bytes]:
        """Address and bytes of a message. Raises Rejected if no mail can be made of it."""
        if not can_be_written(message.to_address):
            raise Rejected("no mail can be written to this address", is_the_address=True)
        made, self._made = self._made, None
        try:
            address = ascii_address(message.to_address)
            if made and made[0] == _version(message):
                return address, made[1]
            return address, self._bytes(message)
        except NotFound as error:
            raise Rejected("a file that is enclosed is missing") from error
        except BadHeader as error:
            raise Rejected("the message has a line break in a header") from error
        except MessageError as error:
            raise Rejected(_short(error)) from error
        except UnicodeError as error:
            raise Rejected("the address cannot be written in a mail", is_the_address=True) from error

    def _make(self, message: Message | None) -> None:
        """Make a message ready. Whatever is wrong with it is said when its turn comes."""
        if message:
            with suppress(Exception):
                self._made = _version(message), self._bytes(message)

    def _bytes(self, message: Message) -> bytes:
        return as_bytes(message, self._settings, self._enclosures.of_group(message.group_id))

    def close(self) -> None:
        """Say goodbye to the server."""
        connection, self._connection = self._connection, None
        if connection and connection.host:
            with suppress(OSError, smtplib.SMTPException):
                connection.host.quit()

    def _open(self) -> _Smtp:
        if self._connection is None:
            connection = _Connection(self._mail, self._settings.domain)
            try:
                connection.__enter__()
            except (OSError, smtplib.SMTPException) as error:
                raise NoWay(_short(error)) from error
            self._connection = connection
        return cast(_Smtp, self._connection.host)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection and connection.host:
            connection.host.close()

    def _forget_closed(self) -> None:
        # smtplib closes its socket at a 421; what it closed is of no more use.
        if self._connection and (self._connection.host is None or self._connection.host.sock is None):
            self._connection = None


def _known_address(message: Message) -> str:
    """Where it goes to unless it changes at the last moment; empty if no mail can go there."""
    with suppress(UnicodeError):
        return ascii_address(message.to_address) if can_be_written(message.to_address) else ""
    return ""


def _version(message: Message) -> tuple[uuid.UUID, int]:
    return message.id, message.revision


def smtp_settings(url: str) -> dict[str, Any]:
    """Flask-Mail's settings from smtp://, smtp+starttls:// or smtps://user:password@host:port."""
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    return {
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": parts.port or ports[parts.scheme],
        "MAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "MAIL_USE_SSL": parts.scheme == "smtps",
        "MAIL_USERNAME": unquote(parts.username) if parts.username else None,
        "MAIL_PASSWORD": unquote(parts.password) if parts.password else None,
        "MAIL_SUPPRESS_SEND": False,  # Flask-Mail would send nothing under test
    }


def choose_transport(app: Flask, smtp_url: str, settings: MailSettings) -> Transport:
    """SMTP where a server is named, else the built-in mailbox."""
    return SmtpTransport(app, smtp_url, settings) if smtp_url else MailboxTransport()


class _Connection(Connection):
    """Flask-Mail's connection with time limits, proved certificates, and without this machine's name."""

    def __init__(self, mail: Mail, domain: str) -> None:
        super().__init__(mail)
        self._domain = domain

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        host = self._connect()
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
            return _SmtpSsl(server, port, self._domain, timeout=TIMEOUT_SECONDS, context=proved)
        return _Smtp(server, port, self._domain, timeout=TIMEOUT_SECONDS)


class _Smtp(smtplib.SMTP):
    """A talk in two halves, so that others may work in between; knows of a text whose answer never came."""

    in_doubt = False
    # A recipient that was named together with the sender, as servers with PIPELINING allow (RFC 2920).
    _named = ""

    def begin(self, sender: str, address: str) -> None:
        """Name the sender, and the recipient if the server lets us. What comes of it is read later."""
        lines = f"mail FROM:{smtplib.quoteaddr(sender)}\r\n"
        if address and self.has_extn("pipelining"):
            self._named = address
            lines += f"rcpt TO:{smtplib.quoteaddr(address)}\r\n"
        with suppress(smtplib.SMTPServerDisconnected):
            self.send(lines)

    def give_up(self) -> None:
        """No mail after all."""
        self._answer()
        if self._named:
            self.getreply()
        self._named = ""
        self._reset()

    def finish(self, sender: str, address: str, raw: bytes, *, meanwhile: Callable[[], None]) -> None:
        """Name the recipient, give the text, and wait for the answer. Raises what `sendmail` of smtplib raises."""
        if self._named and self._named != address:
            self.give_up()
            self.begin(sender, address)
        code, reply = self._answer()
        recipient = self.getreply() if self._named and code != _CLOSING else None
        self._named = ""
        self._accept(code, smtplib.SMTPResponseException(code, reply))
        recipient = recipient or self.rcpt(address)
        self._accept(recipient[0], smtplib.SMTPRecipientsRefused({address: recipient}))
        code, reply = self._give_text(raw, meanwhile)
        self._accept(code, smtplib.SMTPDataError(code, reply))

    def _accept(self, code: int, refusal: smtplib.SMTPException) -> None:
        if code not in _TAKEN:
            self._reset(code)
            raise refusal

    def _give_text(self, raw: bytes, meanwhile: Callable[[], None]) -> tuple[int, bytes]:
        code, reply = self.docmd("data")
        if code != _GO_ON:
            return code, reply
        # A line that begins with a dot gets another one (RFC 5321 4.5.2).
        stuffed = raw.replace(b"\r\n.", b"\r\n..")
        self.in_doubt = True
        self.send(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"))
        meanwhile()
        answer = self.getreply()
        self.in_doubt = False
        return answer

    def _answer(self) -> tuple[int, bytes]:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the connection was closed")
        return self.getreply()

    def _reset(self, code: int = 0) -> None:
        """The server is as before the mail; after a 421 it hangs up."""
        if code == _CLOSING:
            self.close()
        elif self.sock is not None:
            with suppress(smtplib.SMTPServerDisconnected):
                self.rset()


class _SmtpSsl(_Smtp, smtplib.SMTP_SSL):
    """The same over TLS from the beginning."""


def _raise_by_code(code: int, reply: bytes | str, *, at_recipient: bool = False) -> NoReturn:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    answer = f"{code} {text}"[:500]
    if is_temporary(code):
        raise Postponed(answer)
    raise Rejected(answer, is_the_address=at_recipient and is_about_the_address(code, text))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
