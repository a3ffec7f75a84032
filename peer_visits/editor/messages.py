"""The mails of the call editor."""

from __future__ import annotations

from peer_visits.applications.models import Application
from peer_visits.calls.models import Call
from peer_visits.outbox.services import Mail


def call_extended(draft: Application, call: Call) -> Mail:
    """To the holder of a draft: there is more time."""
    return Mail(
        kind="call.extended",
        to=draft.person,
        about=call,
        version=call.version,
        programme_id=call.programme_id,
        call_id=call.id,
        reply_to=call.programme.contact_email,
        data={
            "call": call.title,
            "call_slug": call.slug,
            "closes_at": call.closes_at,
            "zone": call.zone,
            "answers_by": call.answers_by,
        },
    )
