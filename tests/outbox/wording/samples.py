"""Every text of mail with the data of its sample, as one reader gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peer_visits.kernel import clock
from peer_visits.kernel.ids import new_id
from peer_visits.outbox.mime import as_bytes
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings, Rendered, fill_words, render_mail
from peer_visits.outbox.wording.defaults import default_words
from peer_visits.outbox.wording.definition import Words
from peer_visits.outbox.wording.filling import Filled
from peer_visits.wiring import all_wordings

WORDINGS = all_wordings()
SETTINGS = MailSettings("https://visits.example.org", "Peer Visits <visits@example.org>", wordings=WORDINGS)


@dataclass(frozen=True)
class Reader:
    """Somebody who reads a mail."""

    language: str = "en"
    name: str = "Jo Reader"
    email: str = "jo@example.org"
    time_zone: str = "Europe/Brussels"
    id: Any = None


def filled(name: str, language: str = "en", words: Words | None = None, **data: Any) -> Filled:
    """A text filled with its sample, or with other data or words."""
    wording, reader = WORDINGS[name], Reader(language)
    return fill_words(
        wording,
        words or default_words(wording, language),
        SETTINGS,
        language=language,
        person=data.pop("person", reader),
        data={**wording.sample, **data},
    )


def rendered(
    name: str, language: str = "en", words: Words | None = None, leave_url: str = "", **data: Any
) -> Rendered:
    """The whole mail."""
    wording = WORDINGS[name]
    return render_mail(
        wording,
        words or default_words(wording, language),
        SETTINGS,
        language=language,
        person=data.pop("person", Reader(language)),
        leave_url=leave_url,
        data={**wording.sample, **data},
    )


def letter(name: str, language: str = "en", **data: Any) -> bytes:
    """The mail as it leaves."""
    mail, identity = rendered(name, language, **data), new_id()
    row = Message(
        id=identity,
        kind=name,
        message_id=f"<{identity.hex}@example.org>",
        to_name="Jo Reader",
        to_address="jo@example.org",
        reply_to="",
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        created_at=clock.now(),
    )
    return as_bytes(row, SETTINGS)
