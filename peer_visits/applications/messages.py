"""The mails of applications."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.copies import read_copy
from peer_visits.applications.models import Application
from peer_visits.calls.models import Call
from peer_visits.outbox.services import Mail


def _about(kind: str, application: Application, person: Person, call: Call, **data: Any) -> Mail:
    return Mail(
        kind=kind,
        to=person,
        about=application,
        version=application.version,
        programme_id=call.programme_id,
        call_id=call.id,
        reply_to=call.programme.contact_email,
        data={
            "application_id": application.id,
            "call": call.title,
            "call_slug": call.slug,
            "closes_at": call.closes_at,
            "zone": call.zone,
            **data,
        },
    )


def receipt(session: Session, application: Application, person: Person, call: Call, *, changed: bool) -> Mail:
    """Your application has arrived, with a copy of every answer."""
    copy = read_copy(session, application, language=person.language)
    return _about(
        "application.submitted",
        application,
        person,
        call,
        words="application.changed" if changed else "application.submitted",
        answers_by=call.answers_by,
        copy=copy,
    )


def withdrawn(application: Application, person: Person, call: Call) -> Mail:
    """You have withdrawn."""
    return _about("application.withdrawn", application, person, call)


def draft_reminder(application: Application, person: Person, call: Call) -> Mail:
    """You have begun and not sent, and the call closes soon."""
    return _about("application.reminder", application, person, call)


def completion_asked(application: Application, person: Person, call: Call) -> Mail:
    """The organiser asks for something after the deadline, from this person only."""
    return _about(
        "application.completion_asked",
        application,
        person,
        call,
        until=application.open_until,
        note=application.open_note,
    )
