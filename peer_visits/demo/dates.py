"""Calls with a window given on the wall clock of their zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.calls.models import Call, Criterion, Programme
from peer_visits.kernel.zones import to_utc

ZONE = "Europe/Brussels"

_CRITERIA = (
    ("Expertise", "What the applicant already knows and can bring to the group.", 1),
    ("Learning needs", "How clearly the applicant says what to learn, and how the visit answers it.", 2),
    ("Use at home", "How likely it is that the learning changes something at home.", 1),
)

_ANCHORS = {
    "0": {"en": "nothing said"},
    "1": {"en": "in passing"},
    "3": {"en": "clear, with an example"},
    "5": {"en": "concrete, and fits this visit"},
}


def add_call(
    session: Session, programme: Programme, *, opens: datetime, closes: datetime, **values: Any
) -> Call:
    """A call whose naive `opens` and `closes` are wall times in Brussels."""
    call = Call(
        programme_id=programme.id,
        zone=ZONE,
        opens_wall=opens.isoformat(),
        closes_wall=closes.isoformat(),
        opens_at=to_utc(opens, ZONE),
        closes_at=to_utc(closes, ZONE),
        **values,
    )
    session.add(call)
    return call


def add_criteria(session: Session, call: Call) -> list[Criterion]:
    """What the hosts of a sample call score on."""
    criteria = [
        Criterion(
            call_id=call.id,
            position=position,
            titles={"en": title},
            helps={"en": text},
            anchors=_ANCHORS,
            weight=weight,
        )
        for position, (title, text, weight) in enumerate(_CRITERIA, start=1)
    ]
    session.add_all(criteria)
    return criteria
