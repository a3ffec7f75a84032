"""The mails about places: to whom, about what, with which words' data. Never scores or other people's names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from peer_visits.accounts.models import Person
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
        call_id=call.id,
        visit_id=visit.id,
        reply_to=call.programme.contact_email,
        data={**facts, **data},
    )


def offer_made(
    place: Place, *, call: Call, visit: Visit, reason: Phrase, token: str, from_waiting_list: bool = False
) -> Mail:
    """There is a place for you."""
    words = "offer.upgrade" if place.replaces_id else "offer.made"
    if from_waiting_list and not place.replaces_id:
        words = "offer.from_waiting_list"
    return _about_offer("offer.made", place, call=call, visit=visit, token=token, reason=reason, words=words)


def offer_reminder(place: Place, *, call: Call, visit: Visit, token: str) -> Mail:
    """An offer still waits for its answer."""
    return _about_offer("offer.reminder", place, call=call, visit=visit, token=token)


def _about_offer(kind: str, place: Place, *, call: Call, visit: Visit, token: str, **data: Any) -> Mail:
    return about_place(
        kind,
        place,
        call=call,
        visit=visit,
        token=token,
        answer_by=place.answer_by,
        zone=place.person.time_zone,
        **data,
    )


def offer_accepted(
    place: Place, *, call: Call, visit: Visit, at: datetime, given_on: Visit | None = None
) -> Mail:
    """A receipt; it also says which lower place is given on in exchange."""
    facts = visit_facts(given_on) if given_on else None
    return about_place("offer.accepted", place, call=call, visit=visit, at=at, given_on=facts)


def answer_received(kind: str, place: Place, *, call: Call, visit: Visit, at: datetime) -> Mail:
    """A receipt: offer declined, place given up, or given on in exchange for a better one."""
    return about_place(kind, place, call=call, visit=visit, at=at)


def substitute_named(place: Place, organiser: Person, *, call: Call, visit: Visit) -> Mail:
    """To an organiser: somebody cannot come and proposes a colleague."""
    mail = about_place(
        "offer.substitute_named",
        place,
        call=call,
        visit=visit,
        call_slug=call.slug,
        who=place.person.name,
        organisation=place.person.organisation,
        note=place.note,
        substitute=place.substitute_name,
        substitute_email=place.substitute_email,
    )
    return replace(mail, to=organiser, reply_to="")


def place_marked(place: Place, *, call: Call, visit: Visit) -> Mail:
    """You take part as the host's guest, fellow host or speaker."""
    return about_place(
        "place.marked", place, call=call, visit=visit, place_kind=place.kind.value, host=visit.host_name
    )


def taken_back(kind: str, place: Place, *, call: Call, visit: Visit, explanation: str) -> Mail:
    """The organiser withdraws an offer or cancels a place, and says why."""
    return about_place(kind, place, call=call, visit=visit, explanation=explanation)


def lapsed(place: Place, *, call: Call, visit: Visit) -> Mail:
    """The time to answer is over."""
    return about_place(
        "offer.lapsed", place, call=call, visit=visit, answer_by=place.answer_by, zone=place.person.time_zone
    )


def answers_late(application: Application, *, call: Call) -> Mail:
    """The promised day is over without an answer. Told once, whatever is promised afterwards."""
    mail = _about_application("call.answers_late", application, call, answers_by=call.answers_by)
    return mail.at_version("late")


def waiting(
    application: Application, *, call: Call, lines: Sequence[tuple[Visit, int]], decision: int
) -> Mail:
    """No place yet: the visits where the person waits, with their positions. Once for each decision of the call."""
    mail = _about_application(
        "application.waiting",
        application,
        call,
        lines=[{**visit_facts(visit), "position": position} for visit, position in lines],
    )
    return mail.at_version(f"decision {decision}")


def refused(application: Application, *, call: Call, reason: Phrase, decision: int) -> Mail:
    """No place, and why. Once for each decision of the call."""
    return _about_application("application.refused", application, call, reason=reason).at_version(
        f"decision {decision}"
    )


def _about_application(kind: str, application: Application, call: Call, **data: Any) -> Mail:
    return Mail(
        kind=kind,
        to=application.person,
        about=application,
        version=application.version,
        programme_id=call.programme_id,
        call_id=call.id,
        reply_to=call.programme.contact_email,
        data={"application_id": application.id, "call": call.title, "call_slug": call.slug, **data},
    )
