"""The mails about places: to whom, about what, with which words' data. Never scores or other people's names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from peer_visits.applications.models import Application
from peer_visits.calls.models import Call
from peer_visits.kernel.text import Phrase
from peer_visits.outbox.services import Mail
from peer_visits.places.models import Place
from peer_visits.places.rules import first_day
from peer_visits.visits.models import Visit

VisitFacts = dict[str, Any]


class Facts(TypedDict):
    """What every mail about a place needs besides the place."""

    call: Call
    visit: Visit


def visit_facts(visit: Visit) -> VisitFacts:
    """What a mail says about a visit."""
    return {
        "slug": visit.slug,
        "title": visit.title,
        "host": visit.host_name,
        "place": visit.place,
        "starts_on": first_day(visit),
        "ends_on": visit.held_ends_on or visit.announced_ends_on,
        "dates_text": visit.dates_text,
    }


def about_place(kind: str, place: Place, *, call: Call, visit: Visit, **data: Any) -> Mail:
    """A mail to the person about their place, once for each version of it."""
    facts = {"place_id": place.id, "visit": visit_facts(visit), "call": call.title}
    return Mail(
        kind=kind,
        to=place.person,
        about=place,
        version=place.version,
        programme_id=call.programme_id,
        reply_to=call.programme.contact_email,
        data={**facts, **data},
    )


def offer_made(
    place: Place, *, call: Call, visit: Visit, reason: Phrase, from_waiting_list: bool = False
) -> Mail:
    """There is a place for you."""
    return about_place(
        "offer.made",
        place,
        call=call,
        visit=visit,
        reason=reason,
        answer_by=place.answer_by,
        zone=call.zone,
        from_waiting_list=from_waiting_list,
    )


def answer_received(kind: str, place: Place, *, call: Call, visit: Visit, at: datetime) -> Mail:
    """A receipt: offer accepted, offer declined, place given up."""
    return about_place(kind, place, call=call, visit=visit, at=at)


def taken_back(kind: str, place: Place, *, call: Call, visit: Visit, explanation: str) -> Mail:
    """The organiser withdraws an offer or cancels a place, and says why."""
    return about_place(kind, place, call=call, visit=visit, explanation=explanation)


def lapsed(place: Place, *, call: Call, visit: Visit) -> Mail:
    """The time to answer is over."""
    return about_place(
        "offer.lapsed", place, call=call, visit=visit, answer_by=place.answer_by, zone=call.zone
    )


def waiting(application: Application, *, call: Call, lines: Sequence[tuple[Visit, int]]) -> Mail:
    """No place yet: the visits where the person waits, with their positions."""
    return _about_application(
        "application.waiting",
        application,
        call,
        lines=[{**visit_facts(visit), "position": position} for visit, position in lines],
    )


def refused(application: Application, *, call: Call, reason: Phrase) -> Mail:
    """No place, and why."""
    return _about_application("application.refused", application, call, reason=reason)


def _about_application(kind: str, application: Application, call: Call, **data: Any) -> Mail:
    return Mail(
        kind=kind,
        to=application.person,
        about=application,
        version=application.version,
        programme_id=call.programme_id,
        reply_to=call.programme.contact_email,
        data={"application_id": application.id, "call": call.title, **data},
    )
