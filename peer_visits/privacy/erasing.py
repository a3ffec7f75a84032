"""Erasing a person: one transaction, all or nothing. What stays are figures that tell nobody's name."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, ForgottenApplication
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import normal_address, phrase
from peer_visits.outbox.rendering import MailSettings
from peer_visits.privacy.duties import find_duties
from peer_visits.privacy.emptying import empty
from peer_visits.privacy.ending import end_what_runs
from peer_visits.privacy.mentions import blot
from peer_visits.privacy.models import ErasedPerson
from peer_visits.privacy.registry import holdings_top_down, mentions
from peer_visits.storage.personal import Whose
from peer_visits.storage.steps import update_if


def whose(session: Session, person: Person) -> Whose:
    """Whose data is meant by a person."""
    applications = session.scalars(
        select(Application.id).where(Application.person_id == person.id).order_by(Application.id)
    ).all()
    return Whose(person.id, person.email, person.name, tuple(applications))


def erase_person(session: Session, *, person: Person, now: datetime, by: Person | None) -> list[str]:
    """Erase everything that tells of somebody; returns the keys of files to remove once this is committed.

    Raises Refused if something would stand without anybody: `find_duties` says what. No `by`: time has erased them,
    or a backup had brought them back; then nobody is asked.
    """
    if by is not None and find_duties(session, person, now.date()):
        raise Refused(phrase("Somebody has to take over from you first."))
    end_what_runs(session, person=person, now=now)
    session.flush()
    theirs = whose(session, person)
    _remember(session, theirs.email, now)
    blot(session, theirs, list(mentions()))
    keys = empty(session, theirs, holdings_top_down())
    note_forgotten(session, theirs.applications, now, with_person=True)
    record(session, actor=by, now=now, action="account.erased", subject=person)
    session.flush()
    return keys


def note_forgotten(
    session: Session, applications: Sequence[uuid.UUID], now: datetime, *, with_person: bool
) -> None:
    """Note that applications were emptied."""
    known = set(
        session.scalars(
            select(ForgottenApplication.application_id).where(
                ForgottenApplication.application_id.in_(applications)
            )
        )
    )
    session.add_all(
        ForgottenApplication(application_id=one, at=now, with_person=with_person)
        for one in applications
        if one not in known
    )


def digest_of(session: Session, email: str) -> str:
    """The keyed digest under which an address is remembered as erased."""
    settings: MailSettings = session.info["mail"]
    return hmac.new(
        settings.secret.encode(), f"erased|{normal_address(email)}".encode(), hashlib.sha256
    ).hexdigest()


def _remember(session: Session, email: str, now: datetime) -> None:
    """One row for each address, with the last time it was erased."""
    remember(session, digest_of(session, email), now)


def remember(session: Session, digest: str, at: datetime) -> None:
    """Note a digest as erased at a moment; a later moment counts."""
    if session.get(ErasedPerson, digest) is None:
        session.add(ErasedPerson(digest=digest, at=at))
    else:
        update_if(session, ErasedPerson, ErasedPerson.digest == digest, ErasedPerson.at < at, at=at)
    session.flush()
