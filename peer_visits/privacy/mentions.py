"""Takes somebody's name and address out of texts that are not about them: mails to others, agendas, notes.

An address is theirs alone. A name may be another's, too: it is taken out where nobody else bears it, and otherwise
only in mails about their own records.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, inspect, or_, select, update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSpeaker
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place
from peer_visits.storage.personal import ERASED, Mention, Whose

_FOLD = re.compile(r"\r?\n[ \t]")


def blot(session: Session, whose: Whose, mentions: Iterable[Mention]) -> int:
    """Put a mark where somebody was named; returns in how many rows."""
    names = [whose.name] if _is_telling(session, whose) else []
    changed = sum(_blot(session, one, traces_of([whose.email, *names])) for one in mentions)
    if not names:
        own = [Mention(Message, one.columns) for one in mentions if one.model is Message]
        about = Message.about_id.in_(_own_records(session, whose))
        changed += sum(_blot(session, one, traces_of([whose.name]), about) for one in own)
    return changed + _blot_calendars(session, whose)


def _is_telling(session: Session, whose: Whose) -> bool:
    """Whether the name is more than one word, and nobody else's."""
    others = select(func.count()).where(
        func.lower(Person.name) == func.lower(whose.name), Person.id != whose.person_id
    )
    speakers = select(func.count()).where(
        func.lower(AgendaSpeaker.name) == func.lower(whose.name),
        func.coalesce(AgendaSpeaker.email, whose.email) != whose.email,
    )
    return " " in whose.name.strip() and not session.scalar(others) and not session.scalar(speakers)


def _own_records(session: Session, whose: Whose) -> list[Any]:
    places = session.scalars(select(Place.id).where(Place.person_id == whose.person_id))
    return [whose.person_id, *whose.applications, *places]


def traces_of(words: Iterable[str]) -> tuple[str, ...]:
    """The words as they stand in texts, in HTML and in JSON; the longest first."""
    forms = {
        form
        for word in words
        if word.strip()
        for form in (word, html.escape(word), html.escape(word, quote=False), json.dumps(word)[1:-1])
    }
    return tuple(sorted(forms, key=len, reverse=True))


def without(value: Any, traces: tuple[str, ...]) -> Any:
    """The value, a text or plain JSON, without the traces."""
    if isinstance(value, str):
        return _pattern(traces).sub(ERASED, value)
    if isinstance(value, list):
        return [without(one, traces) for one in value]
    if isinstance(value, dict):
        return {name: without(one, traces) for name, one in value.items()}
    return value


def _pattern(traces: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words only: who is called Ann is not in Hannover."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, traces))})(?!\w)", re.IGNORECASE)


def _blot(
    session: Session, mention: Mention, traces: tuple[str, ...], about: ColumnElement[bool] | None = None
) -> int:
    if not traces:
        return 0
    table = mention.model.metadata.tables[mention.model.__tablename__]
    columns = [table.c[name] for name in mention.columns]
    keys = inspect(mention.model).primary_key
    query = select(*keys, *columns).where(or_(*(_holds(one, traces) for one in columns)))
    rows = session.execute(query.where(about) if about is not None else query).all()
    for row in rows:
        found = dict(zip(mention.columns, row[len(keys) :], strict=True))
        changed = {name: without(value, traces) for name, value in found.items()}
        if changed != found:
            same = [key == value for key, value in zip(keys, row, strict=False)]
            session.execute(update(table).where(*same).values(changed))
    return len(rows)


def _holds(column: ColumnElement[Any], traces: tuple[str, ...]) -> ColumnElement[bool]:
    words = cast(column, Text)
    return or_(*(words.icontains(one, autoescape=True) for one in traces))


def _blot_calendars(session: Session, whose: Whose) -> int:
    """A calendar breaks its lines anywhere, inside a name too; those of visits they speak at are read whole."""
    visits = select(AgendaSpeaker.visit_id).where(AgendaSpeaker.email == whose.email)
    query = select(Message.id, Message.calendar).where(
        Message.calendar.is_not(None), Message.visit_id.in_(visits)
    )
    traces, changed = traces_of([whose.email, whose.name]), 0
    for identity, calendar in session.execute(query).all():
        whole = _FOLD.sub("", calendar or "")
        clean = without(whole, traces)
        if clean != whole:
            session.execute(update(Message).where(Message.id == identity).values(calendar=clean))
            changed += 1
    return changed
