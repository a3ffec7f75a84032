"""Leaving what is not essential: an address in the mail that needs no account and one click (RFC 8058)."""

from __future__ import annotations

import hmac
import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.kernel.text import normal_address
from peer_visits.outbox.gates import GATES, UNSUBSCRIBED
from peer_visits.outbox.kinds import OPTIONAL, Topic, topic_of
from peer_visits.outbox.models import Message, Unsubscription
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.return_path import check_of
from peer_visits.outbox.states import MessageState
from peer_visits.storage.steps import update_if


def unsubscribe_url(settings: MailSettings, kind: str, message_id: uuid.UUID) -> str:
    """The address that leaves the topic of this mail; empty for what is essential."""
    if topic_of(kind) is None:
        return ""
    check = check_of(message_id, settings.secret, "unsubscribe")
    return f"{settings.public_url}/mail/unsubscribe/{message_id.hex}.{check}"


def read_ticket(secret: str, ticket: str) -> uuid.UUID | None:
    """The message of such an address; none if anything is wrong with it."""
    identity, _dot, check = ticket.partition(".")
    try:
        message_id = uuid.UUID(hex=identity)
    except ValueError:
        return None
    expected = check_of(message_id, secret, "unsubscribe")
    return message_id if hmac.compare_digest(check.encode(), expected.encode()) else None


def find_topic(session: Session, message_id: uuid.UUID) -> tuple[str, Topic] | None:
    """Address and topic of a message that can be left."""
    message = session.get(Message, message_id)
    topic = topic_of(message.kind) if message else None
    return (normal_address(message.to_address), topic) if message and topic else None


def is_subscribed(session: Session, address: str, topic: Topic) -> bool:
    """Whether the address still gets this topic."""
    return session.get(Unsubscription, (address, topic.value)) is None


def leave(session: Session, address: str, topic: Topic, *, now: datetime) -> None:
    """No more of this topic to this address; what waits is withdrawn. Twice is as good as once."""
    if is_subscribed(session, address, topic):
        session.add(Unsubscription(address=address, topic=topic.value, at=now))
        session.flush()
        session.info[GATES] = None
    update_if(
        session,
        Message,
        Message.to_address == address,
        Message.kind.in_([kind for kind, of in OPTIONAL.items() if of is topic]),
        Message.state.in_((MessageState.HELD, MessageState.QUEUED)),
        state=MessageState.WITHDRAWN,
        held_for=None,
        why=UNSUBSCRIBED,
    )


def come_back(session: Session, address: str, topic: Topic) -> None:
    """The topic again, as before."""
    found = session.get(Unsubscription, (address, topic.value))
    if found:
        session.delete(found)
        session.flush()
        session.info[GATES] = None
