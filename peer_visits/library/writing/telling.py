"""Who has to do with a report is told by mail what others say about it.

Gathered: the first comment opens a mail that waits for a quarter of an hour, and takes in what is said meanwhile. It
tells only of what others said and nobody has answered when it leaves: who, and about which section. The words stay
in one place, where they can be answered, and erased with whoever said them.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.library.messages import about_document
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.rules import UNFINISHED
from peer_visits.library.writing.models import DocumentComment
from peer_visits.library.writing.queries import list_concerned, list_waiting_comments
from peer_visits.outbox.models import Message
from peer_visits.outbox.packing import unpack
from peer_visits.outbox.services import post
from peer_visits.outbox.states import WAITING

KIND = "document.commented"
GATHERED = timedelta(minutes=15)
# Between the end of gathering and leaving: longer than any request takes that may still add a comment.
MARGIN = timedelta(minutes=1)


def tell_of_comment(
    session: Session, *, now: datetime, document: AnalyticalDocument, comment: DocumentComment
) -> None:
    """Tell everybody concerned but the speaker; whoever is told soon anyway finds it in that mail."""
    told_soon = _told_soon(session, document, now)
    until = now + GATHERED
    for person in list_concerned(session, document):
        if person.id not in told_soon and person.id != comment.said_by:
            comments = _lines(session, document.id, person.id, now, until)
            mail = about_document(KIND, document, person, since=now, until=until, comments=comments)
            post(session, mail.at_version(str(comment.id)), now=now, not_before=until + MARGIN)


def _told_soon(session: Session, document: AnalyticalDocument, now: datetime) -> set[uuid.UUID | None]:
    query = select(Message.person_id).where(
        Message.kind == KIND,
        Message.about_id == document.id,
        Message.state.in_(WAITING),
        Message.not_before > now + MARGIN,
    )
    return set(session.scalars(query))


def _lines(
    session: Session, document_id: uuid.UUID, reader_id: uuid.UUID | None, since: datetime, until: datetime
) -> Sequence[dict[str, str | int]]:
    """Who of the others commented in that time where, and how often, as far as nobody has answered."""
    found = Counter(map(tuple, list_waiting_comments(session, document_id, reader_id, since, until)))
    return [
        {"who": name or "", "where": heading or "", "count": count}
        for (name, heading), count in found.items()
    ]


def why_not_told(session: Session, message: Message, _now: datetime) -> Phrase | None:
    """Why a mail about comments should not leave: nothing waits any more, or not for this person."""
    document = session.get(AnalyticalDocument, message.about_id)
    if document is None or document.state not in UNFINISHED:
        return phrase("The document is no longer in the state this mail tells of.")
    if message.person_id not in {person.id for person in list_concerned(session, document)}:
        return phrase("The person has nothing to do with this document any more.")
    if message.data is not None and not told_now(session, message, unpack(message.data))["comments"]:
        return phrase("Every comment this mail tells of has been answered.")
    return None


def told_now(session: Session, message: Message, data: dict[str, Any]) -> dict[str, Any]:
    """What the mail would tell now."""
    comments = _lines(session, message.about_id, message.person_id, data["since"], data["until"])
    return {**data, "comments": comments}
