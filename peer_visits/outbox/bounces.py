"""Reading what mail servers send back: reports (RFC 3464) and the return path that names the message."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.message import Message as Mime
from email.policy import default
from email.utils import getaddresses
from enum import StrEnum
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.kernel.text import normal_address
from peer_visits.outbox.gates import flag_address
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.return_path import read_return_path
from peer_visits.outbox.states import MessageState
from peer_visits.storage.steps import update_if

# Larger than any report; what follows is the mail that came back.
MOST_BYTES = 2_000_000
_OURS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REPLY = re.compile(r"\b(5\d\d)[ -]")


class Verdict(StrEnum):
    """What came of reading one mail."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    NOT_A_BOUNCE = "not a bounce"
    UNKNOWN = "about no mail of ours"


@dataclass(frozen=True)
class Report:
    """What a returned mail says: which message, which recipient, for good or for now."""

    message_id: uuid.UUID | None
    original_id: str
    recipient: str
    is_final: bool
    answer: str


def read_report(raw: bytes, secret: str) -> Report | None:
    """The report in a returned mail; None if it is no report, as an out-of-office reply."""
    mail = message_from_bytes(raw[:MOST_BYTES], policy=default)
    named = _named_message(mail, secret)
    for fields in _recipients(mail):
        action, status = _plain(fields, "Action").lower(), _plain(fields, "Status")
        if action in {"failed", "delayed"}:
            answer = _plain(fields, "Diagnostic-Code") or status or action
            return Report(
                named,
                _original_id(mail),
                _address(_plain(fields, "Final-Recipient") or _plain(fields, "Original-Recipient")),
                is_final=action == "failed" and not status.startswith("4"),
                answer=f"{status} {answer}".strip()[:500],
            )
    return _without_report(mail, named)


def _without_report(mail: EmailMessage, named: uuid.UUID | None) -> Report | None:
    """Old servers send plain words: believed only under a return path of ours, from nobody, with a final code."""
    from_nobody = str(mail.get("Return-Path", "")).strip() == "<>"
    if named is None or not from_nobody or "auto-replied" in str(mail.get("Auto-Submitted", "")).lower():
        return None
    body = mail.get_body(("plain",))
    text = str(body.get_content())[:5000] if body else ""
    status, reply = _STATUS.search(text), _REPLY.search(text)
    if not (status or reply):
        return None
    is_final = status[1] == "5" if status else True
    line = next(one for one in text.splitlines() if _STATUS.search(one) or _REPLY.search(one))
    return Report(named, "", "", is_final=is_final, answer=line.strip()[:500])


def _named_message(mail: EmailMessage, secret: str) -> uuid.UUID | None:
    values = [str(value) for name in _OURS for value in mail.get_all(name, [])]
    found = (read_return_path(address, secret) for _name, address in getaddresses(values))
    return next((one for one in found if one), None)


def _recipients(mail: EmailMessage) -> Iterator[Mime]:
    """The groups of fields of a delivery status: the first is about the message, the others about recipients."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            yield from (one for one in part.get_payload() if isinstance(one, Mime))


def _original_id(mail: EmailMessage) -> str:
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            originals = cast("list[Mime]", part.get_payload())
            return str(originals[0]["Message-ID"] or "").strip() if originals else ""
        if part.get_content_type() == "text/rfc822-headers":
            found = re.search(
                r"^Message-ID:\s*(<[^>\s]+>)", str(part.get_payload()), re.IGNORECASE | re.MULTILINE
            )
            return found[1] if found else ""
    return ""


def _plain(fields: Mime, name: str) -> str:
    return " ".join(str(fields.get(name, "")).split())


def _address(field: str) -> str:
    """The address in `rfc822; ada@example.org`."""
    return normal_address(field.split(";", 1)[-1].strip("<> "))


def take_bounce(session: Session, raw: bytes, *, settings: MailSettings, now: datetime) -> Verdict:
    """Note what one returned mail says: the message failed, its address is flagged. Twice is as good as once."""
    report = read_report(raw, settings.secret)
    if report is None:
        return Verdict.NOT_A_BOUNCE
    message = _find(session, report)
    if message is None:
        return Verdict.UNKNOWN
    if not report.is_final:
        update_if(session, Message, Message.id == message.id, last_error=report.answer)
        return Verdict.DELAYED
    update_if(
        session,
        Message,
        Message.id == message.id,
        Message.state == MessageState.SENT,
        state=MessageState.FAILED,
        sent_at=None,
        last_error=f"came back: {report.answer}"[:500],
    )
    flag_address(session, message.to_address, answer=report.answer, now=now)
    return Verdict.BOUNCED


def _find(session: Session, report: Report) -> Message | None:
    """The message of the return path; else by its Message-ID, if the recipient is the one it went to."""
    if report.message_id:
        return session.get(Message, report.message_id)
    if not report.original_id:
        return None
    found = session.scalar(select(Message).where(Message.message_id == report.original_id))
    return found if found and normal_address(found.to_address) == report.recipient else None
