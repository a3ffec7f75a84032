"""A row of the outbox as the bytes of a mail: headers, parts, return path. Says nothing of the machine it is made on.

The same row gives the same bytes each time: what an organiser sees is what leaves, and what leaves twice is alike.
Written by hand rather than by the standard generator, which costs more than sending does. All of it is plain ASCII,
so that it passes servers of any age unchanged.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, quote
from functools import lru_cache

from peer_visits.kernel.text import without_marks
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.return_path import return_path
from peer_visits.outbox.unsubscribing import unsubscribe_url

# RFC 5322 2.1.1 allows 998 octets.
MOST_IN_A_LINE = 900
# A header up to here stays on its line; a longer one is folded.
SHORT = 76
# Base64 takes 4 octets for 3; quoted-printable takes 3 for each octet that is no ASCII.
BASE64_GROWS = 4 / 3
_END = "\r\n"
_LINE_ENDS = re.compile("\r\n|\r|\n")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


class BadHeader(ValueError):
    """A line break in a header: it would begin another one."""


@dataclass(frozen=True)
class Attachment:
    """A file that comes with a mail; `kind` as in a Content-Type."""

    name: str
    kind: str
    content: bytes


def as_bytes(message: Message, settings: MailSettings, attachments: Sequence[Attachment] = ()) -> bytes:
    """The mail as it goes over the wire. Raises BadHeader, and UnicodeError for an address no mail can hold."""
    boundary = f"=_{message.id.hex}"
    parts = [_text("plain", message.text), _text("html", message.html)]
    files = list(attachments)
    if message.calendar:
        method, name = _method_and_name(message.calendar)
        # As a part with its method, which calendars act on, and as a file, for those that do not.
        parts.append(_text(f"calendar; method={method}", message.calendar))
        files.append(Attachment(name, "application/ics", message.calendar.encode()))
    body = _multipart("alternative", f"{boundary}.1", parts)
    if files:
        body = _multipart("mixed", f"{boundary}.0", [body, *map(_file, files)])
    return _headers(message, settings).encode("ascii") + body


def envelope_sender(message: Message, settings: MailSettings) -> str:
    """Where what bounces goes back to: an address that names the message, if the installation reads bounces."""
    if not settings.bounce_address:
        return settings.sender_address
    return return_path(settings.bounce_address, message.id, settings.secret)


def ascii_address(address: str) -> str:
    """The address as servers know it, its domain in ASCII. Raises UnicodeError if it has no such form."""
    local, _at, domain = address.rpartition("@")
    local.encode("ascii")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _headers(message: Message, settings: MailSettings) -> str:
    headers = {
        "Subject": _words("Subject", message.subject),
        "From": _sender(settings.sender),
        "To": _person("To", without_marks(message.to_name), message.to_address),
        "Date": format_datetime(message.created_at.astimezone(UTC)),
        "Message-ID": _words("Message-ID", message.message_id),
    }
    if message.reply_to:
        headers["Reply-To"] = _person("Reply-To", "", message.reply_to)
    url = unsubscribe_url(settings, message.kind, message.id)
    if url:
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "MIME-Version": "1.0"}
    return "".join(f"{name}: {value}{_END}" for name, value in headers.items())


@lru_cache(maxsize=8)
def _sender(sender: str) -> str:
    """The installation's own address, as it is set: `Name <address>` or bare."""
    name, _bracket, _address = sender.rpartition("<")
    return _person("From", name.strip(' "'), sender[len(name) :].strip("<> "))


def _person(header: str, name: str, address: str) -> str:
    bare = _one_line(ascii_address(address))
    if not name:
        return bare
    shown = _as_phrase(name) if name.isascii() else _words(header, name)
    blank = f"{_END} " if len(header) + len(shown) + len(bare) > SHORT else " "
    return f"{shown}{blank}<{bare}>"


def _as_phrase(name: str) -> str:
    return name if _TOKEN.fullmatch(name) else f'"{quote(name)}"'


def _words(header: str, value: str) -> str:
    """Free text of a header: as it is, folded, or in encoded words; without marks that turn its direction."""
    value = _one_line(value)
    if value.isascii() and (len(header) + len(value) < SHORT or " " not in value):
        return value
    charset = "us-ascii" if value.isascii() else "utf-8"
    return Header(value, charset, maxlinelen=SHORT, header_name=header).encode(linesep=_END)


def _one_line(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    if re.search(r"[\r\n\0]", value):
        raise BadHeader(value)
    return without_marks(value)


def _text(subtype: str, text: str) -> bytes:
    raw = _LINE_ENDS.sub(_END, text).encode()
    encoding, content = _encoded(raw)
    return (
        f"Content-Type: text/{subtype}; charset=utf-8{_END}Content-Transfer-Encoding: {encoding}{_END}{_END}"
    ).encode() + content


def _encoded(raw: bytes) -> tuple[str, bytes]:
    """What is plain stays as it is; else the shorter of the two encodings, which both break lines themselves."""
    if raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= MOST_IN_A_LINE:
        return "7bit", raw
    quoted = binascii.b2a_qp(raw.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")
    if len(quoted) <= len(raw) * BASE64_GROWS:
        return "quoted-printable", quoted
    return "base64", _base64(raw)


def _base64(raw: bytes) -> bytes:
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def _file(attachment: Attachment) -> bytes:
    name = _one_line(without_marks(attachment.name))
    plain = name.isascii()
    named = f'filename="{quote(name)}"' if plain else f"filename*={encode_rfc2231(name, 'utf-8')}"
    return (
        f"Content-Type: {_one_line(attachment.kind)}{_END}Content-Transfer-Encoding: base64{_END}"
        f"Content-Disposition: attachment;{_END} {named}{_END}{_END}"
    ).encode("ascii") + _base64(attachment.content)


def _multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Parts between boundaries, with the header that names them; the boundary is of the row's own id."""
    opening, closing = f"{_END}--{boundary}{_END}".encode(), f"{_END}--{boundary}--{_END}".encode()
    header = f'Content-Type: multipart/{subtype};{_END} boundary="{boundary}"{_END}'
    return header.encode() + opening + opening.join(parts) + closing


def _method_and_name(calendar: str) -> tuple[str, str]:
    if "METHOD:CANCEL" in calendar.splitlines():
        return "CANCEL", "cancelled.ics"
    return "REQUEST", "invitation.ics"
