"""How a message leaves: over SMTP with Flask-Mail, or not at all where the outbox is the mailbox."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_mail import BadHeaderError, Connection, Mail
from flask_mail import Message as FlaskMessage

from peer_visits.outbox.models import Message
from peer_visits.outbox.rules import is_temporary

TIMEOUT_SECONDS = 60


class Postponed(Exception):
    """The server, or the way to it, asks to come back later."""


class Rejected(Exception):
    """The server refuses this message for good."""


class Delivery(Protocol):
    """An open way out, good for many messages."""

    def deliver(self, message: Message) -> None:
        """Hand one message over. Raises Postponed or Rejected."""


class Transport(Protocol):
    """Opens a way out."""

    def open(self) -> AbstractContextManager[Delivery]:
        """Raises Postponed when there is no way now."""


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


class MailboxTransport:
    """Sends nothing: the rows of the outbox are the mailbox that the demo shows."""

    @contextmanager
    def open(self) -> Iterator[Delivery]:
        """Always a way."""
        yield self

    def deliver(self, message: Message) -> None:
        """Nothing to do: the row is there already."""


class SmtpTransport:
    """Sends over one SMTP connection for many messages."""

    def __init__(self, app: Flask, url: str, *, sender: str) -> None:
        app.config.update(smtp_settings(url))
        self._mail = Mail(app)
        self._sender = sender

    @contextmanager
    def open(self) -> Iterator[Delivery]:
        """Connect; the connection is closed at the end whatever state it is in."""
        connection = _Connection(self._mail, _domain(self._sender))
        try:
            connection.__enter__()
        except (OSError, smtplib.SMTPException) as error:
            raise Postponed(_short(error)) from error
        try:
            yield SmtpDelivery(connection, self._sender)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.__exit__(None, None, None)  # type: ignore[arg-type]


class SmtpDelivery:
    """One open SMTP connection."""

    def __init__(self, connection: Connection, sender: str) -> None:
        self._connection = connection
        self._sender = sender

    def deliver(self, message: Message) -> None:
        """Hand one message over and sort what the server says."""
        try:
            self._connection.send(as_mail(message, self._sender))
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            _raise_by_code(code, reply)
        except smtplib.SMTPResponseException as error:
            _raise_by_code(error.smtp_code, error.smtp_error)
        except BadHeaderError as error:
            raise Rejected("the message has a line break in a header") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Postponed(_short(error)) from error


def as_mail(message: Message, sender: str) -> FlaskMessage:
    """The row as a mail: text, HTML, and the calendar part with its method where there is one."""
    mail = FlaskMessage(
        subject=message.subject,
        recipients=[(message.to_name, message.to_address)],
        body=message.text,
        html=message.html,
        sender=sender,
        reply_to=message.reply_to or None,
        date=message.created_at.timestamp(),
        extra_headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    mail.msgId = message.message_id
    if message.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in message.calendar.splitlines() else "REQUEST"
        mail.alts[f"calendar; method={method}"] = message.calendar
        mail.attach("invitation.ics", "application/ics", message.calendar.encode())
    return mail


def choose_transport(app: Flask, smtp_url: str, *, sender: str) -> Transport:
    """SMTP where a server is named, else the built-in mailbox."""
    return SmtpTransport(app, smtp_url, sender=sender) if smtp_url else MailboxTransport()


class _Connection(Connection):
    """Flask-Mail's connection with a time limit, and without this machine's name in its greeting."""

    def __init__(self, mail: Mail, domain: str) -> None:
        super().__init__(mail)
        self._domain = domain

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        mail = self.mail
        opener = smtplib.SMTP_SSL if mail.use_ssl else smtplib.SMTP
        host = opener(mail.server, mail.port, local_hostname=self._domain, timeout=TIMEOUT_SECONDS)
        if mail.use_tls:
            host.starttls()
        if mail.username and mail.password:
            host.login(mail.username, mail.password)
        return host


def _raise_by_code(code: int, reply: bytes | str) -> None:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    raise (Postponed if is_temporary(code) else Rejected)(f"{code} {text}"[:500])


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _domain(sender: str) -> str:
    return sender.rsplit("@", 1)[-1].rstrip(">")
