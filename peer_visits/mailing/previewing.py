"""A text as one real person would read it: with the data of a mail they got, else with what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.mailing.own_words import Scope
from peer_visits.outbox.models import Message
from peer_visits.outbox.packing import unpack
from peer_visits.outbox.private_links import without_secrets
from peer_visits.outbox.rendering import MailSettings, fill_words
from peer_visits.outbox.wording.definition import Data, Wording, Words
from peer_visits.outbox.wording.filling import Filled
from peer_visits.places.messages import visit_facts
from peer_visits.places.models import Place
from peer_visits.visits.models import HostMember, Visit

MOST_READERS = 200


@dataclass(frozen=True)
class Preview:
    """The words as they would be read. `of_mail` is when the mail was written whose data they have, if one was."""

    reader: Person
    filled: Filled
    of_mail: datetime | None


def list_readers(session: Session, scope: Scope) -> Sequence[Person]:
    """People of the programme or call to choose a reader from, by name; the first 200."""
    query = select(Person).where(_belongs(scope)).order_by(Person.name, Person.id).limit(MOST_READERS)
    return session.scalars(query).all()


def find_reader(session: Session, scope: Scope, email: str) -> Person | None:
    """Somebody of the programme by address."""
    return session.scalar(select(Person).where(Person.email == email, _belongs(scope)))


def _belongs(scope: Scope) -> Any:
    calls = select(Call.id).where(Call.programme_id == scope.programme.id)
    if scope.call:
        calls = calls.where(Call.id == scope.call.id)
    hosted = select(Visit.id).where(Visit.call_id.in_(calls))
    return or_(
        exists().where(Application.person_id == Person.id, Application.call_id.in_(calls)),
        exists().where(HostMember.person_id == Person.id, HostMember.visit_id.in_(hosted)),
        exists().where(Place.person_id == Person.id, Place.visit_id.in_(hosted)),
        exists().where(
            ProgrammeOrganiser.person_id == Person.id, ProgrammeOrganiser.programme_id == scope.programme.id
        ),
    )


def preview(
    session: Session,
    settings: MailSettings,
    scope: Scope,
    wording: Wording,
    words: Words,
    *,
    language: str,
    reader: Person,
) -> Preview:
    """The words in their language, by the reader's clock."""
    message = _latest(session, scope, wording, reader)
    data = unpack(message.data) if message else {**wording.sample, **_known(session, scope, wording, reader)}
    filled = fill_words(
        wording, words, settings, language=language, person=reader, data=without_secrets(data)
    )
    return Preview(reader, filled, message.created_at if message else None)


def _latest(session: Session, scope: Scope, wording: Wording, reader: Person) -> Message | None:
    query = (
        select(Message)
        .where(
            Message.programme_id == scope.programme.id,
            Message.person_id == reader.id,
            Message.data.is_not(None),
            Message.kind.startswith(wording.name.split(".", maxsplit=1)[0], autoescape=True),
        )
        .order_by(Message.created_at.desc())
        .limit(50)
    )
    if scope.call:
        query = query.where(Message.call_id == scope.call.id)
    found = session.scalars(query)
    return next((one for one in found if (one.data or {}).get("words", one.kind) == wording.name), None)


def _known(session: Session, scope: Scope, wording: Wording, reader: Person) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    application = _application(session, scope, reader)
    visit = _visit(session, scope, reader, application)
    call = scope.call or (visit.call if visit else None)
    if application:
        facts["application_id"] = application.id
    if call:
        facts |= _of_call(call)
    if visit:
        facts |= {"visit": visit_facts(visit), "slug": visit.slug, "place": visit.place, "title": visit.title}
    return _fitting(facts, wording.sample)


def _fitting(facts: dict[str, Any], sample: Data) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in sample and value}


def _of_call(call: Call) -> dict[str, Any]:
    return {
        "call": call.title,
        "call_slug": call.slug,
        "closes_at": call.closes_at,
        "zone": call.zone,
        "answers_by": call.answers_by,
    }


def _application(session: Session, scope: Scope, reader: Person) -> Application | None:
    query = (
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .where(Application.person_id == reader.id, Call.programme_id == scope.programme.id)
        .order_by(Application.created_at.desc())
        .limit(1)
    )
    if scope.call:
        query = query.where(Call.id == scope.call.id)
    return session.scalar(query)


def _visit(session: Session, scope: Scope, reader: Person, application: Application | None) -> Visit | None:
    """The visit they hold a place in, else the one they want most, else one they host, else any."""
    of_scope = Call.id == scope.call.id if scope.call else Call.programme_id == scope.programme.id
    held = exists().where(Place.visit_id == Visit.id, Place.person_id == reader.id)
    hosts = exists().where(HostMember.visit_id == Visit.id, HostMember.person_id == reader.id)
    wanted = exists().where(
        Choice.visit_id == Visit.id, Choice.application_id == (application.id if application else None)
    )
    query = (
        select(Visit)
        .join(Visit.call)
        .where(of_scope)
        .order_by(held.desc(), wanted.desc(), hosts.desc(), Call.closes_at.desc(), Visit.position)
        .options(joinedload(Visit.call))
        .limit(1)
    )
    return session.scalars(query).unique().first()
