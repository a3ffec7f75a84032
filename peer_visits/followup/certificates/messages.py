"""The mails about certificates."""

from __future__ import annotations

from typing import Any

from peer_visits.accounts.models import Person
from peer_visits.followup.certificates.models import Certificate
from peer_visits.outbox.services import Mail
from peer_visits.places.messages import visit_facts
from peer_visits.visits.models import Visit


def about_certificate(kind: str, certificate: Certificate, person: Person, visit: Visit, **data: Any) -> Mail:
    """A mail to the person about their certificate, once."""
    call = visit.call
    return Mail(
        kind=kind,
        to=person,
        about=certificate,
        programme_id=call.programme_id,
        call_id=call.id,
        visit_id=visit.id,
        reply_to=call.programme.contact_email,
        data={"code": certificate.code, "visit": visit_facts(visit), "call": call.title, **data},
    )
