"""Loads the demo once, into an empty database, in one transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.passwords import hash_password
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.services import record
from peer_visits.calls.models import Programme, ProgrammeOrganiser
from peer_visits.config import Settings
from peer_visits.demo.agenda import add_sample_agenda
from peer_visits.demo.commitments import add_commitments
from peer_visits.demo.current import CurrentCall, add_applications, add_current_call, add_reading
from peer_visits.demo.documents import add_owed_document, add_past_documents, store_sample_files
from peer_visits.demo.earlier import add_earlier_visits
from peer_visits.demo.following import add_what_followed
from peer_visits.demo.past import add_past_visits, read_entries
from peer_visits.demo.people import DemoAccount, add_applicants, add_person
from peer_visits.demo.privacy import add_limits, add_shown_people
from peer_visits.demo.report import add_written_report
from peer_visits.kernel import clock
from peer_visits.outbox.gates import WAKE
from peer_visits.storage.transaction import reading, writing

APPLICANT_ACCOUNTS = 3


def load_demo_once() -> bool:
    """Load the demo if nobody is there yet; says whether it did."""
    if reading().scalar(select(exists().where(Person.id.is_not(None)))):
        return False
    # Slow things first, outside the transaction: one hash for all demo accounts, and the sample files.
    password_hash = hash_password(demo_password())
    entries = read_entries()
    files = store_sample_files(entries)
    with writing() as session:
        _load(session, entries, files, password_hash, clock.now())
        # No worker runs yet to be woken, and it looks at what waits when it starts.
        session.info.pop(WAKE, None)
    return True


def _load(
    session: Session, entries: list[dict[str, Any]], files: dict[str, Any], password_hash: str, now: datetime
) -> None:
    programme = _add_programme(session)
    staff = _add_staff(session, programme, now)
    past = add_past_visits(session, programme, entries)
    add_past_documents(session, past, files, now)
    current = add_current_call(session, programme, entries, now)
    people = add_applicants(session, now)
    session.flush()
    add_applications(session, current, people[APPLICANT_ACCOUNTS - 1 :], now)
    add_reading(session, current, _submitted_choices(session, current), now)
    add_sample_agenda(session, current.visits[0])
    add_owed_document(session, current.visits[0], staff["author"], now)
    earlier = add_earlier_visits(session, programme, entries, people, _hosts_by_entry(entries, current), now)
    add_commitments(session, earlier)
    add_what_followed(session, earlier)
    add_written_report(session, earlier[1].visit, staff["author"], earlier[1].host, staff["organiser"], now)
    add_limits(session, current.call, staff["organiser"], now)
    add_shown_people(session, now)
    for person in [*staff.values(), *current.hosts, *people[:APPLICANT_ACCOUNTS]]:
        person.password_hash = password_hash
    record(session, actor=None, now=now, action="demo.loaded", subject=programme, programme_id=programme.id)


def _add_programme(session: Session) -> Programme:
    programme = Programme(
        slug="cultural-heritage-in-action",
        name="Cultural Heritage in Action",
        secretariat="Eurocities, with KEA, ERRIN, Europa Nostra and ACE",
        contact_email="secretariat@example.org",
    )
    session.add(programme)
    session.flush()
    return programme


def _add_staff(session: Session, programme: Programme, now: datetime) -> dict[str, Person]:
    staff = {
        "administrator": add_person(session, "Ada Administrator", "administrator@example.org", now),
        "organiser": add_person(session, "Olga Organiser", "organiser@example.org", now),
        "author": add_person(session, "Anton Author", "author@example.org", now),
    }
    staff["administrator"].is_administrator = True
    session.flush()
    session.add(ProgrammeOrganiser(programme_id=programme.id, person_id=staff["organiser"].id))
    return staff


def _hosts_by_entry(entries: list[dict[str, Any]], current: CurrentCall) -> dict[str, Person]:
    return {entry["slug"]: host for entry, host in zip(entries, current.hosts, strict=True)}


def _submitted_choices(session: Session, current: CurrentCall) -> list[Choice]:
    query = (
        select(Choice)
        .join(Choice.application)
        .where(Application.call_id == current.call.id, Application.state == ApplicationState.SUBMITTED)
        .order_by(Application.submitted_at, Choice.rank)
    )
    return list(session.scalars(query))


def demo_accounts() -> list[dict[str, str]]:
    """Role, address and password of every account people may try; the password is this installation's own."""
    password = demo_password()
    return [{"role": one.role, "email": one.email, "password": password} for one in ACCOUNTS]


ACCOUNTS = (
    DemoAccount("administrator", "administrator@example.org"),
    DemoAccount("organiser", "organiser@example.org"),
    *(DemoAccount("host", f"host{number}@example.org") for number in range(1, 11)),
    *(
        DemoAccount("applicant", f"applicant{number}@example.org")
        for number in range(1, APPLICANT_ACCOUNTS + 1)
    ),
    DemoAccount("author", "author@example.org"),
)


def demo_password() -> str:
    """One random password for this installation's demo accounts, made once and kept beside the database."""
    settings: Settings = current_app.extensions["settings"]
    path: Path = settings.instance / "demo-password"
    if not path.exists():
        settings.instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"visits-{secrets.token_urlsafe(9)}")
    return path.read_text().strip()
