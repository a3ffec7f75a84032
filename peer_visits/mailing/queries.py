"""Lists of the outbox. Each page a fixed number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.outbox.models import BouncedAddress, MailHold, Message
from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class MailFilter:
    """What is looked for in the outbox. `written` is the moment of one act: all mails of a decision share it.
    `group_id` is the group mail they belong to."""

    state: MessageState | None = None
    kind: str = ""
    visit_slug: str = ""
    words: str = ""
    written: datetime | None = None
    group_id: uuid.UUID | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self != MailFilter()

    def in_any_state(self) -> MailFilter:
        """The same, whatever the state."""
        return replace(self, state=None)


def conditions(programme_id: uuid.UUID, wanted: MailFilter) -> list[ColumnElement[bool]]:
    """The filter as conditions on messages."""
    return [Message.programme_id == programme_id, *_narrow(wanted)]


def _narrow(wanted: MailFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.state:
        yield Message.state == wanted.state
    if wanted.kind:
        yield Message.kind == wanted.kind
    if wanted.visit_slug:
        yield Message.visit_id.in_(select(Visit.id).where(Visit.slug == wanted.visit_slug))
    if wanted.written:
        yield Message.created_at == wanted.written
    if wanted.group_id:
        yield Message.group_id == wanted.group_id
        yield Message.kind != "mail.test"
    if wanted.words:
        columns = (Message.to_name, Message.to_address, Message.subject)
        yield or_(*(column.icontains(wanted.words, autoescape=True) for column in columns))


def mails_of_programme(programme_id: uuid.UUID, wanted: MailFilter) -> Select[Message]:
    """The outbox: what failed, then what waits for a look, then the latest; to be fetched page by page."""
    first = case((Message.state == MessageState.FAILED, 0), (Message.state == MessageState.HELD, 1), else_=2)
    return (
        select(Message)
        .where(*conditions(programme_id, wanted))
        .order_by(first, Message.created_at.desc(), Message.to_name, Message.id)
    )


def count_mails(session: Session, programme_id: uuid.UUID, wanted: MailFilter) -> Mapping[MessageState, int]:
    """How many mails of the filter are in each state."""
    query = (
        select(Message.state, func.count())
        .where(*conditions(programme_id, wanted.in_any_state()))
        .group_by(Message.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def waits_for_a_look(programme_id: uuid.UUID, wanted: MailFilter) -> list[ColumnElement[bool]]:
    """What an organiser can let go: held for a look, not for an address or by the switch."""
    held = (Message.state == MessageState.HELD, Message.held_for == HeldFor.REVIEW)
    return [*conditions(programme_id, wanted.in_any_state()), *held]


def count_for_a_look(session: Session, programme_id: uuid.UUID, wanted: MailFilter) -> int:
    """How many mails that is."""
    query = select(func.count(Message.id)).where(*waits_for_a_look(programme_id, wanted))
    return session.scalar(query) or 0


def list_for_a_look(
    session: Session, programme_id: uuid.UUID, wanted: MailFilter, ids: Sequence[uuid.UUID]
) -> Sequence[Message]:
    """Those of the chosen mails, or all of the filter if none is chosen, by name."""
    query = select(Message).where(*waits_for_a_look(programme_id, wanted))
    if ids:
        query = query.where(Message.id.in_(ids))
    return session.scalars(query.order_by(Message.to_name, Message.id)).all()


def list_kinds(session: Session, programme_id: uuid.UUID) -> Sequence[str]:
    """The kinds of mail there are in a programme."""
    query = select(Message.kind).where(Message.programme_id == programme_id).distinct()
    return session.scalars(query.order_by(Message.kind)).all()


def list_visits(session: Session, programme_id: uuid.UUID) -> Sequence[tuple[str, str]]:
    """Slug and place of the visits that mails of a programme are about."""
    about = select(Message.visit_id).where(Message.programme_id == programme_id)
    query = select(Visit.slug, Visit.place).where(Visit.id.in_(about)).order_by(Visit.place, Visit.slug)
    return [(row[0], row[1]) for row in session.execute(query)]


def mails_to_person(programme_id: uuid.UUID, person_id: uuid.UUID) -> Select[Message]:
    """A person's history with a programme, the latest first."""
    return (
        select(Message)
        .where(Message.programme_id == programme_id, Message.person_id == person_id)
        .order_by(Message.created_at.desc(), Message.id)
    )


def count_of_act(session: Session, message: Message) -> int:
    """How many mails were written by the same act, this one included."""
    query = select(func.count(Message.id)).where(
        Message.programme_id == message.programme_id, Message.created_at == message.created_at
    )
    return session.scalar(query) or 0


def find_hold(session: Session, programme_id: uuid.UUID) -> MailHold | None:
    """The switch that holds all mail of a programme, if it is on."""
    return session.get(MailHold, programme_id)


def count_switched(session: Session, programme_id: uuid.UUID) -> int:
    """How many mails the switch keeps back."""
    query = select(func.count(Message.id)).where(
        Message.programme_id == programme_id,
        Message.state == MessageState.HELD,
        Message.held_for == HeldFor.SWITCH,
    )
    return session.scalar(query) or 0


def find_bounce(session: Session, address: str) -> BouncedAddress | None:
    """What is known against an address."""
    return session.get(BouncedAddress, address)
