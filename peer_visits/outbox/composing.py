"""The mail as it is now: the words that count for its call, programme and language, filled with its data."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from peer_visits.outbox.models import MailWords
from peer_visits.outbox.recipients import Recipient
from peer_visits.outbox.rendering import MailSettings, Rendered, render_mail
from peer_visits.outbox.wording.defaults import default_words
from peer_visits.outbox.wording.definition import Data, Wording, Words, wording_of
from peer_visits.outbox.wording.speech import known_language

# Read once for a transaction that may post thousands of mails; forgotten at its start and when words change.
OWN_WORDS = "mail_words"


def compose(
    session: Session,
    kind: str,
    person: Recipient,
    data: Data,
    *,
    programme_id: uuid.UUID | None,
    call_id: uuid.UUID | None,
    leave_url: str,
) -> Rendered:
    """The mail of a kind to a person, in their language."""
    settings: MailSettings = session.info["mail"]
    wording = wording_of(settings.wordings, kind, data)
    language = known_language(str(person.language))
    words = words_for(session, wording, language, programme_id=programme_id, call_id=call_id)
    return render_mail(
        wording, words, settings, language=language, person=person, leave_url=leave_url, data=data
    )


def words_for(
    session: Session,
    wording: Wording,
    language: str,
    *,
    programme_id: uuid.UUID | None,
    call_id: uuid.UUID | None,
) -> Words:
    """The call's own words, else its programme's, else those every mail begins with."""
    return own_words(session, wording, language, programme_id=programme_id, call_id=call_id) or default_words(
        wording, language
    )


def own_words(
    session: Session,
    wording: Wording,
    language: str,
    *,
    programme_id: uuid.UUID | None,
    call_id: uuid.UUID | None,
) -> Words | None:
    """The own words that count for a call, or for what belongs to the programme alone."""
    if programme_id is None or not wording.is_editable:
        return None
    known: dict[Any, Words | None] = session.info.get(OWN_WORDS) or {}
    session.info[OWN_WORDS] = known
    key = (programme_id, call_id, wording.name, language)
    if key not in known:
        known[key] = _find(session, *key)
    return known[key]


def _find(
    session: Session, programme_id: uuid.UUID, call_id: uuid.UUID | None, name: str, language: str
) -> Words | None:
    query = select(MailWords).where(
        MailWords.programme_id == programme_id,
        or_(MailWords.call_id.is_(None), MailWords.call_id == call_id),
        MailWords.name == name,
        MailWords.language == language,
    )
    with session.no_autoflush:
        found = session.scalars(query).all()
    own = max(found, key=lambda one: one.call_id is not None, default=None)
    return Words(own.subject, own.body) if own else None
