"""How a message leaves: over SMTP with Flask-Mail, or not at all where the outbox is the mailbox."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from typing import Any, NoReturn, Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_mail import BadHeaderError, Connection, Mail

from peer_visits.outbox.mime import as_mail, envelope_sender
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.rules import can_be_written, is_about_the_address, is_temporary

# For each step of the talk with the server: connecting, a command, the text, its answer.
TIMEOUT_SECONDS = 60


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
    """A way out, opened when it is needed and good for many messages."""

    def deliver(self, message: Message) -> None:
        """Hand one message over. Raises Postponed, NoWay or Rejected."""

    def close(self) -> None:
        """Let the connection go; the next message opens another."""


class MailboxTransport:
    """Sends nothing: the rows of the outbox are the mailbox that the demo shows."""

    def deliver(self, message: Message) -> None:
        """Nothing to do: the row is there already."""

    def close(self) -> None:
        """Nothing to do."""


class SmtpTransport:
    """Sends over one SMTP connection for as long as there is work and the server keeps it open."""

    def __init__(self, app: Flask, url: str, settings: MailSettings) -> None:
        app.config.update(smtp_settings(url))
        self._mail = Mail(app)
        self._settings = settings
        self._connection: Connection | None = None

    def deliver(self, message: Message) -> None:
        """Hand one message over and sort what the server says."""
        if not can_be_written(message.to_address):
            raise Rejected("no mail can be written to this address", is_the_address=True)
        connection = self._open()
        try:
            connection.send(as_mail(message, self._settings), envelope_sender(message, self._settings))
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            _raise_by_code(code, reply, at_recipient=True)
        except smtplib.SMTPResponseException as error:
            _raise_by_code(error.smtp_code, error.smtp_error)
        except BadHeaderError as error:
            raise Rejected("the message has a line break in a header") from error
        except smtplib.SMTPNotSupportedError as error:
            raise Rejected(_short(error)) from error
        except UnicodeError as error:
            raise Rejected("the address cannot be written in a mail", is_the_address=True) from error
        except (OSError, smtplib.SMTPException) as error:
            in_doubt = _is_in_doubt(connection)
            self._drop()
            raise Postponed(_short(error), in_doubt=in_doubt) from error
        finally:
            self._forget_closed()

    def close(self) -> None:
        """Say goodbye to the server."""
        connection, self._connection = self._connection, None
        if connection and connection.host:
            with suppress(OSError, smtplib.SMTPException):
                connection.host.quit()

    def _open(self) -> Connection:
        if self._connection is None:
            connection = _Connection(self._mail, self._settings.domain)
            try:
                connection.__enter__()
            except (OSError, smtplib.SMTPException) as error:
                raise NoWay(_short(error)) from error
            self._connection = connection
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection and connection.host:
            connection.host.close()

    def _forget_closed(self) -> None:
        # smtplib closes its socket at a 421; what it closed is of no more use.
        if self._connection and (self._connection.host is None or self._connection.host.sock is None):
            self._connection = None


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
        return host

    def _connect(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        server, port = str(self.mail.server), int(self.mail.port)
        if self.mail.use_ssl:
            proved = ssl.create_default_context()
            return _SmtpSsl(server, port, self._domain, timeout=TIMEOUT_SECONDS, context=proved)
        return _Smtp(server, port, self._domain, timeout=TIMEOUT_SECONDS)


class _Smtp(smtplib.SMTP):
    """Knows whether a text was given whose answer never came."""

    in_doubt = False

    def data(self, msg: Any) -> Any:
        """Give the text and wait for the answer."""
        self.in_doubt = True
        answer = super().data(msg)
        self.in_doubt = False
        return answer


class _SmtpSsl(_Smtp, smtplib.SMTP_SSL):
    """The same over TLS from the beginning."""


def _is_in_doubt(connection: Connection) -> bool:
    return isinstance(connection.host, _Smtp) and connection.host.in_doubt


def _raise_by_code(code: int, reply: bytes | str, *, at_recipient: bool = False) -> NoReturn:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    answer = f"{code} {text}"[:500]
    if is_temporary(code):
        raise Postponed(answer)
    raise Rejected(answer, is_the_address=at_recipient and is_about_the_address(code, text))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
