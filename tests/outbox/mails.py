"""Mails for the tests of the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.applications.messages import draft_reminder
from peer_visits.kernel import clock
from peer_visits.kernel.ids import new_id
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.services import Mail, post
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_application, make_call, make_person, make_programme, make_visit

SETTINGS = MailSettings(
    "https://visits.example.org",
    "Peer Visits <visits@example.org>",
    secret="a-secret-of-the-tests",
    bounce_address="bounces@example.org",
)


def messages() -> list[Message]:
    """Every row, by subject, as it is now."""
    reading().rollback()
    return list(reading().scalars(select(Message).order_by(Message.subject, Message.id)))


def put_message(session: Session, **values: Any) -> Message:
    """A plain message to an account in a programme of its own, in the state that is asked for."""
    person = values.pop("person", None) or make_person(session)
    programme = values.pop("programme", None) or make_programme(session)
    now = clock.now()
    state = values.pop("state", None)
    mail = Mail(
        kind=values.pop("kind", "test.message"),
        to=person,
        about=person,
        version=str(now.timestamp()) + str(len(session.new)),
        programme_id=programme.id,
        data={"number": 1, "count": 1},
    )
    message = post(session, mail, now=now)
    session.flush()
    for name, value in {**(columns_of(state, now) if state else {}), **values}.items():
        setattr(message, name, value)
    session.flush()
    return message


def columns_of(state: MessageState, now: datetime) -> dict[str, Any]:
    """A state with the columns that are tied to it."""
    return {
        "state": state,
        "held_for": HeldFor.REVIEW if state is MessageState.HELD else None,
        "sent_at": now if state is MessageState.SENT else None,
        "lease_until": now + timedelta(minutes=5) if state is MessageState.SENDING else None,
        "claim_id": new_id() if state is MessageState.SENDING else None,
    }


def put_reminder(**changes: Any) -> Message:
    """A queued reminder to the holder of a draft: a mail people can do without."""
    with writing() as session:
        call = make_call(session, closes_at=clock.now() + timedelta(hours=20))
        person = make_person(session)
        application = make_application(session, call, [make_visit(session, call)], person, submitted=False)
        message = post(session, draft_reminder(application, person, call), now=clock.now())
        for name, value in changes.items():
            setattr(message, name, value)
    return message
