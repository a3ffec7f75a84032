"""The steps of an import: keep the table, say what its columns are, take the applications in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.accounts.services import find_people
from peer_visits.applications.services.sending import Given, take_in_at_once
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.calls.steps import log_call
from peer_visits.imports.context import make_context
from peer_visits.imports.models import ImportFile
from peer_visits.imports.reading import Sheet
from peer_visits.imports.rules.columns import guess_mapping
from peer_visits.imports.rules.context import Context
from peer_visits.imports.rules.entries import Entry, read_entries
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.parts import in_parts
from peer_visits.kernel.text import phrase
from peer_visits.questions.queries import read_questionnaire
from peer_visits.storage.steps import update_one

AT_A_TIME = 500


def begin_import(session: Session, *, actor: Person, now: datetime, call: Call, sheet: Sheet) -> ImportFile:
    """Keep a table, its columns guessed from their heads."""
    _check_takes(call)
    started = ImportFile(
        id=new_id(),
        call_id=call.id,
        person_id=actor.id,
        file_name=sheet.name,
        note="guessed" if sheet.is_guessed else "",
        headers=[head[:500] for head in sheet.headers],
        rows={"rows": sheet.rows},
        mapping=guess_mapping(sheet.headers, make_context(session, call)),
        created_at=now,
    )
    session.add(started)
    session.flush()
    log_call(session, actor, now, call, "import.begun", subject=started, rows=len(sheet.rows))
    return started


def map_columns(
    session: Session, *, started: ImportFile, version: int, mapping: Mapping[str, str], is_relaxed: bool
) -> None:
    """Say what each column stands for. Raises Refused if name or address is missing, Stale if it is done."""
    if started.taken_in_at:
        raise Stale(phrase("This table has been taken in already."))
    targets = list(mapping.values())
    if "email" not in targets or "name" not in targets:
        raise Refused(phrase("Say which columns hold the name and the e-mail address."))
    twice = {one for one in targets if targets.count(one) > 1 and not one.startswith("q")}
    if twice:
        raise Refused(phrase("Two columns stand for the same: %(names)s.", names=", ".join(sorted(twice))))
    update_one(
        session,
        ImportFile,
        ImportFile.id == started.id,
        ImportFile.version == version,
        version=version + 1,
        mapping=dict(mapping),
        is_relaxed=is_relaxed,
    )


def entries_of(started: ImportFile, context: Context) -> list[Entry]:
    """The rows as applications, with all that is wrong in them."""
    rows: Sequence[Sequence[str]] = started.rows["rows"]
    return read_entries(rows, started.mapping, context, is_relaxed=started.is_relaxed)


def take_in_import(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    started: ImportFile,
    version: int,
    leave_out: int,
) -> int:
    """Take every good row in, all or nothing; returns how many.

    `leave_out` is the number of faulty rows the organiser has seen and wants left out: any other number is Stale.
    Nobody gets a mail.
    """
    call = session.get_one(Call, started.call_id)
    _check_takes(call)
    entries = entries_of(started, make_context(session, call))
    good = [entry for entry in entries if not entry.faults]
    if len(entries) - len(good) != leave_out:
        raise Stale(
            phrase("There are %(n)s faulty rows now. Look at the report again.", n=len(entries) - len(good))
        )
    if not good:
        raise Refused(phrase("No row can be taken in as it is."))
    update_one(
        session,
        ImportFile,
        ImportFile.id == started.id,
        ImportFile.version == version,
        ImportFile.taken_in_at.is_(None),
        version=version + 1,
        taken_in_at=now,
        taken_in=len(good),
    )
    _take_in_entries(session, actor, now, call, good)
    log_call(
        session,
        actor,
        now,
        call,
        "import.taken_in",
        subject=started,
        applications=len(good),
        left_out=leave_out,
        relaxed=started.is_relaxed,
    )
    return len(good)


def _take_in_entries(
    session: Session, actor: Person, now: datetime, call: Call, entries: Sequence[Entry]
) -> None:
    """Some hundred at a time: what is written leaves the memory before the next are made."""
    people, questionnaire = _people_of(session, now, entries), read_questionnaire(session, call.id)
    for part in in_parts(entries, AT_A_TIME):
        take_in_at_once(
            session,
            actor=actor,
            now=now,
            call=call,
            questionnaire=questionnaire,
            given=[Given(people[one.email], one.content, min(one.sent_at or now, now)) for one in part],
            is_imported=True,
        )


def _people_of(session: Session, now: datetime, entries: Sequence[Entry]) -> Mapping[str, Person]:
    """The account of each address, made where there is none; two statements for each thousand, not two for each row."""
    known = {one.email: one for one in find_people(session, [entry.email for entry in entries])}
    new = {entry.email: _new_person(now, entry) for entry in entries if entry.email not in known}
    session.add_all(new.values())
    session.flush()
    return {**known, **new}


def _new_person(now: datetime, entry: Entry) -> Person:
    """An account without a password: its owner signs in by a mailed link, which proves the address."""
    return Person(
        id=new_id(),
        email=entry.email,
        name=entry.name,
        organisation=entry.organisation,
        organisation_kind=OrganisationKind(entry.kind),
        country=entry.country,
        created_at=now,
    )


def _check_takes(call: Call) -> None:
    if call.state is not CallState.PUBLISHED or call.decided_at:
        raise Refused(phrase("Applications are taken in only for a public call that is not decided."))
