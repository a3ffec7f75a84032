"""A row of the outbox as a mail: parts, headers, return path. Says nothing of the machine it is made on.

The same row gives the same bytes each time: what an organiser sees is what leaves, and what leaves twice is alike.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime
from typing import Any

from flask_mail import Attachment
from flask_mail import Message as FlaskMessage

from peer_visits.kernel.text import without_marks
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.return_path import return_path
from peer_visits.outbox.unsubscribing import unsubscribe_url

# RFC 5322 2.1.1 allows 998 octets.
MOST_IN_A_LINE = 900
SHORT = 70


class _Folding(Compat32):
    """Folds what is long. What is short and ASCII already, as nearly every header is, needs no parser to be written."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as lines, as they leave."""
        is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
        if is_plain and (len(name) + len(value) < SHORT or " " not in value):
            return f"{name}: {value}{self.linesep}".encode()
        return bytes(super().fold_binary(name, value))


_POLICY = _Folding(linesep="\r\n")


class Letter(FlaskMessage):
    """Flask-Mail's message, with the bare address in the envelope, no long lines, and its moment in UTC."""

    def __init__(self, message: Message, settings: MailSettings) -> None:
        # Not Flask-Mail's own: that asks the network for this machine's name each time, for an id that is not wanted.
        self.subject = message.subject
        self.recipients = [(without_marks(message.to_name), message.to_address)]
        self.sender = settings.sender
        self.reply_to = message.reply_to or None
        self.date = message.created_at.timestamp()
        self.msgId = message.message_id
        self.body = message.text
        self.alts = {"html": message.html}
        self.extra_headers = _headers(message, settings)
        self.attachments: list[Attachment] = []
        self.charset = None
        self.cc, self.bcc = [], []
        self.mail_options, self.rcpt_options = [], []
        self._boundary = f"=_{message.id.hex}"
        if message.calendar:
            self._add_calendar(message.calendar)

    def _add_calendar(self, calendar: str) -> None:
        """As a part with its method, which calendars act on, and as a file, for those that do not."""
        method = "CANCEL" if "METHOD:CANCEL" in calendar.splitlines() else "REQUEST"
        self.alts[f"calendar; method={method}"] = calendar
        name = "cancelled.ics" if method == "CANCEL" else "invitation.ics"
        self.attach(name, "application/ics", calendar.encode())

    @property
    def send_to(self) -> set[str | tuple[str, str]]:
        """The envelope's recipient: a long name is folded over lines, which the header may be and this may not."""
        return {address[1] if isinstance(address, tuple) else address for address in self.recipients}

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        part: MIMEText = super()._mimetext(text, subtype)
        if part["Content-Transfer-Encoding"] == "7bit" and _has_long_line(text or ""):
            del part["Content-Transfer-Encoding"]
            encode_base64(part)
        return part

    def _message(self) -> MIMEBase:
        mime: MIMEBase = super()._message()
        mime.replace_header("Date", format_datetime(datetime.fromtimestamp(self.date or 0, UTC)))
        for number, part in enumerate(mime.walk()):
            part.policy = _POLICY
            if part.is_multipart():
                part.set_boundary(f"{self._boundary}.{number}")
        return mime


def as_mail(message: Message, settings: MailSettings) -> FlaskMessage:
    """Text, HTML, and the calendar part with its method where there is one."""
    return Letter(message, settings)


def envelope_sender(message: Message, settings: MailSettings) -> str:
    """Where what bounces goes back to: an address that names the message, if the installation reads bounces."""
    if not settings.bounce_address:
        return settings.sender_address
    return return_path(settings.bounce_address, message.id, settings.secret)


def _has_long_line(text: str) -> bool:
    # Other encodings than 7bit break their lines themselves.
    return any(len(line) > MOST_IN_A_LINE for line in text.split("\n"))


def _headers(message: Message, settings: MailSettings) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    url = unsubscribe_url(settings, message.kind, message.id)
    if url:
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers
