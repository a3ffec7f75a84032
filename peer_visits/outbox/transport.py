"""How a message leaves: over SMTP with Flask-Mail, or not at all where the outbox is the mailbox."""

from __future__ import annotations

import smtplib
import uuid
from contextlib import suppress
from email.errors import MessageError
from functools import partial
from typing import Any, NoReturn, Protocol, cast
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_mail import Mail

from peer_visits.kernel.errors import NotFound
from peer_visits.outbox.enclosing import Enclosures
from peer_visits.outbox.mime import BadHeader, as_bytes, ascii_address, envelope_sender
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.rules import can_be_written, is_about_the_address, is_temporary
from peer_visits.outbox.smtp import Letter, MailConnection, Refused, Talk


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


class Transport(Protocol):
    """A way out, good for many messages."""

    def open(self) -> None:
        """Open the way if it is not open yet. Raises NoWay."""

    def deliver(self, message: Message, following: Message | None = None) -> None:
        """Hand one message over, the way being open. Raises Postponed or Rejected.

        Both messages are marked as about to leave. Whoever names a following one delivers it next.
        """

    def close(self) -> None:
        """Let the connection go; the next message opens another."""


class MailboxTransport:
    """Sends nothing: the rows of the outbox are the mailbox that the demo shows."""

    def open(self) -> None:
        """Nothing to open."""

    def deliver(self, _message: Message, _following: Message | None = None) -> None:
        """Nothing more to do: the row is there already."""

    def close(self) -> None:
        """Nothing to do."""


class SmtpTransport:
    """Sends over one SMTP connection for as long as there is work and the server keeps it open.

    Nobody waits who could work: while the server takes a text, the next one is written and announced.
    """

    def __init__(self, app: Flask, url: str, settings: MailSettings) -> None:
        app.config.update(smtp_settings(url))
        self._mail = Mail(app)
        self._settings = settings
        self._connection: MailConnection | None = None
        self._enclosures = Enclosures()
        # A letter that was announced already, by the version of its message.
        self._announced: tuple[tuple[uuid.UUID, int], Letter] | None = None

    def open(self) -> None:
        """Connect, greet and sign in, unless that is done already."""
        if self._connection is None:
            connection = MailConnection(self._mail, self._settings.domain)
            try:
                connection.__enter__()
            except (OSError, smtplib.SMTPException) as error:
                raise NoWay(_short(error)) from error
            self._connection = connection

    def deliver(self, message: Message, following: Message | None = None) -> None:
        """Hand one message over and sort what the server says."""
        letter = self._letter_of(message)
        talk = self._talk()
        try:
            talk.give(letter, meanwhile=partial(self._announce, following))
        except Refused as answer:
            _raise_by_code(answer)
        except (OSError, smtplib.SMTPException) as error:
            in_doubt = talk.in_doubt
            self._drop()
            raise Postponed(_short(error), in_doubt=in_doubt) from error
        except BaseException:
            self._drop()
            raise
        finally:
            self._forget_closed()

    def _letter_of(self, message: Message) -> Letter:
        announced, self._announced = self._announced, None
        if announced and announced[0] == _version(message):
            return announced[1]
        if announced:
            self._drop()  # the server waits for another one
            self.open()
        return self._write(message)

    def _announce(self, message: Message | None) -> None:
        """Write a message and tell the server of it. Whatever is wrong with it is said when its turn comes."""
        if message:
            with suppress(Exception):
                letter = self._write(message)
                self._announced = _version(message), letter
                self._talk().announce(letter)

    def _write(self, message: Message) -> Letter:
        """Raises Rejected if no mail can be made of it."""
        if not can_be_written(message.to_address):
            raise Rejected("no mail can be written to this address", is_the_address=True)
        try:
            return Letter(
                envelope_sender(message, self._settings),
                ascii_address(message.to_address),
                as_bytes(message, self._settings, self._enclosures.of_group(message.group_id)),
            )
        except NotFound as error:
            raise Rejected("a file that is enclosed is missing") from error
        except BadHeader as error:
            raise Rejected("the message has a line break in a header") from error
        except MessageError as error:
            raise Rejected(_short(error)) from error
        except UnicodeError as error:
            raise Rejected("the address cannot be written in a mail", is_the_address=True) from error

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._announced:
            self._drop()
        connection, self._connection = self._connection, None
        if connection and connection.host:
            with suppress(OSError, smtplib.SMTPException):
                connection.host.quit()

    def _talk(self) -> Talk:
        if self._connection is None:
            raise NoWay("the way is not open")
        return cast(Talk, self._connection.host)

    def _drop(self) -> None:
        connection, self._connection, self._announced = self._connection, None, None
        if connection and connection.host:
            connection.host.close()

    def _forget_closed(self) -> None:
        # After a 421 the talk is over; what was announced went with it.
        if self._connection and self._talk().sock is None:
            self._drop()


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


def _raise_by_code(answer: Refused) -> NoReturn:
    said = answer.text[:500]
    if is_temporary(answer.smtp_code):
        raise Postponed(said)
    about_address = answer.at_recipient and is_about_the_address(answer.smtp_code, said)
    raise Rejected(said, is_the_address=about_address)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
