"""How readers stand to applications: what was answered, and what data propose."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.kernel.text import fold
from peer_visits.shortlist.identity import are_names_hidden
from peer_visits.shortlist.models import Conflict
from peer_visits.shortlist.rules import Standing, signals_between, standing
from peer_visits.shortlist.states import ConflictState, Signal
from peer_visits.visits.models import HostMember, Visit


@dataclass(frozen=True)
class Found:
    """One reader and one application: the answer so far, if any, and what data propose."""

    state: ConflictState | None
    signals: tuple[Signal, ...]
    reason: str
    standing: Standing


FREE = Found(None, (), "", Standing.FREE)


def list_standings(
    session: Session, visit: Visit, reader: Person, choice_ids: Iterable[uuid.UUID] | None = None
) -> dict[uuid.UUID, Found]:
    """How a reader stands to the choices of a visit, or to some of them, in one statement."""
    query = (
        select(Choice.id, Application.sort_organisation, Person.email, Conflict)
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Conflict, and_(Conflict.choice_id == Choice.id, Conflict.person_id == reader.id))
        .where(Choice.visit_id == visit.id, Choice.is_sent)
    )
    if choice_ids is not None:
        query = query.where(Choice.id.in_(list(choice_ids)))
    hidden, own = are_names_hidden(session, visit), fold(reader.organisation)
    return {
        choice_id: _found(kept, signals_between((own, theirs), (reader.email, email)), hidden=hidden)
        for choice_id, theirs, email, kept in session.execute(query)
    }


def _found(kept: Conflict | None, live: tuple[Signal, ...], *, hidden: bool) -> Found:
    signals = tuple(sorted({*live, *(Signal(one) for one in (kept.signals if kept else ()))}))
    state = kept.state if kept else None
    return Found(state, signals, kept.reason if kept else "", standing(state, signals, hidden=hidden))


def find_standing(session: Session, visit: Visit, reader: Person, choice_id: uuid.UUID) -> Found:
    """How a reader stands to one choice of a visit."""
    return list_standings(session, visit, reader, [choice_id]).get(choice_id, FREE)


def list_barred(session: Session, visit: Visit, team: Sequence[Person]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """The pairs of choice and reader that may get no reading task: kept out, or first to be asked."""
    return {
        (choice_id, reader.id)
        for reader in team
        for choice_id, found in list_standings(session, visit, reader).items()
        if found.standing is not Standing.FREE
    }


@dataclass(frozen=True)
class ConflictLine:
    """One conflict as the organiser sees it, names and all."""

    visit: Visit
    choice_id: uuid.UUID
    reader: Person
    applicant: Person
    state: ConflictState
    signals: tuple[Signal, ...]
    reason: str


def list_conflicts(session: Session, call: Call) -> list[ConflictLine]:
    """Every conflict of a call, answered or only proposed: three statements, however many there are."""
    teams, answered = _teams(session, call), _answered(session, call)
    lines = []
    for choice_id, visit, theirs, applicant in session.execute(_applicants_of(call)).unique():
        known = answered.get(choice_id, {})
        readers = {one.id: one for one in teams[visit.id]} | {who: one for who, (_kept, one) in known.items()}
        for reader in readers.values():
            kept = known[reader.id][0] if reader.id in known else None
            live = signals_between((fold(reader.organisation), theirs), (reader.email, applicant.email))
            found = _found(kept, live, hidden=False)
            if kept or live:
                state = found.state or ConflictState.PROPOSED
                lines.append(
                    ConflictLine(visit, choice_id, reader, applicant, state, found.signals, found.reason)
                )
    return lines


def _teams(session: Session, call: Call) -> Mapping[uuid.UUID, list[Person]]:
    query = (
        select(HostMember.visit_id, Person)
        .join(Person, Person.id == HostMember.person_id)
        .join(Visit, Visit.id == HostMember.visit_id)
        .where(Visit.call_id == call.id)
        .order_by(Person.name, Person.id)
    )
    found: dict[uuid.UUID, list[Person]] = defaultdict(list)
    for visit_id, person in session.execute(query):
        found[visit_id].append(person)
    return found


def _answered(session: Session, call: Call) -> Mapping[uuid.UUID, dict[uuid.UUID, tuple[Conflict, Person]]]:
    query = (
        select(Conflict, Person)
        .join(Person, Person.id == Conflict.person_id)
        .join(Choice, Choice.id == Conflict.choice_id)
        .join(Visit, Visit.id == Choice.visit_id)
        .where(Visit.call_id == call.id)
    )
    found: dict[uuid.UUID, dict[uuid.UUID, tuple[Conflict, Person]]] = defaultdict(dict)
    for kept, person in session.execute(query):
        found[kept.choice_id][person.id] = (kept, person)
    return found


def _applicants_of(call: Call) -> Select[uuid.UUID, Visit, str, Person]:
    return (
        select(Choice.id, Visit, Application.sort_organisation, Person)
        .join(Visit, Visit.id == Choice.visit_id)
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(Visit.call_id == call.id, Choice.is_sent)
        .order_by(Visit.position, Person.name, Choice.id)
    )
