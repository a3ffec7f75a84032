"""The mails of applications."""

from __future__ import annotations

from typing import Any

from peer_visits.accounts.models import Person
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


def receipt(application: Application, person: Person, call: Call, *, changed: bool) -> Mail:
    """Your application has arrived, with a copy of every answer."""
    return _about(
        "application.submitted",
        application,
        person,
        call,
        changed=changed,
        answers_by=call.answers_by,
        brings=application.brings,
        wants=application.wants,
        choices=[(choice.rank, choice.visit, choice.motivation) for choice in application.choices],
    )


def withdrawn(application: Application, person: Person, call: Call) -> Mail:
    """You have withdrawn."""
    return _about("application.withdrawn", application, person, call)
