"""What a place's person does, and time in their stead: accept, decline, give up, let it lapse.

Each frees a seat or keeps it, tells the person, and offers a freed seat on in the same transaction.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.queries import list_organisers
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import withdraw_messages
from peer_visits.places import messages
from peer_visits.places.models import Place
from peer_visits.places.rules import is_in_time, may_be_colleagues
from peer_visits.places.services.holding import Held, hold, offer_on, step
from peer_visits.places.services.telling import tell
from peer_visits.places.states import LIVE, PlaceCommand, PlaceState
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Parting:
    """What somebody says who does not come: why, and which colleague could come instead. All of it optional."""

    note: str = ""
    substitute_name: str = ""
    substitute_email: str = ""


NOTHING_SAID = Parting()


def accept_offer(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    expected_version: int | None = None,
) -> Place:
    """Take the offered place. One that was offered in exchange gives the lower place on."""
    held = hold(session, place_id, expected_version)
    _refuse_late(held.place, now)
    step(session, held, PlaceCommand.ACCEPT, actor=actor, now=now)
    given_on = _give_lower_on(session, held, actor=actor, now=now)
    mail = messages.offer_accepted(held.place, **held.facts, at=now, given_on=given_on)
    tell(session, mail, call=held.call, now=now)
    return held.place


def _give_lower_on(session: Session, held: Held, *, actor: Person, now: datetime) -> Visit | None:
    if held.place.replaces_id is None:
        return None
    lower = hold(session, held.place.replaces_id)
    if lower.place.state not in LIVE:
        return None
    step(session, lower, PlaceCommand.GIVE_ON, actor=actor, now=now)
    withdraw_messages(session, lower.place, kind="offer.made")
    receipt = messages.answer_received("place.given_on", lower.place, **lower.facts, at=now)
    tell(session, receipt, call=lower.call, now=now)
    offer_on(session, lower, now)
    return lower.visit


def decline_offer(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    expected_version: int | None = None,
    parting: Parting = NOTHING_SAID,
) -> Place:
    """Leave the offered place to the next."""
    held = hold(session, place_id, expected_version)
    _refuse_late(held.place, now)
    _part(session, held, PlaceCommand.DECLINE, "offer.declined", actor=actor, now=now, parting=parting)
    return held.place


def give_up_place(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    expected_version: int | None = None,
    parting: Parting = NOTHING_SAID,
) -> Place:
    """Give an accepted place back."""
    held = hold(session, place_id, expected_version)
    _part(session, held, PlaceCommand.GIVE_UP, "place.given_up", actor=actor, now=now, parting=parting)
    return held.place


def _part(
    session: Session,
    held: Held,
    command: PlaceCommand,
    kind: str,
    *,
    actor: Person,
    now: datetime,
    parting: Parting,
) -> None:
    _check_substitute(held.place.person, parting)
    step(
        session,
        held,
        command,
        actor=actor,
        now=now,
        note=parting.note,
        substitute_name=parting.substitute_name,
        substitute_email=parting.substitute_email,
    )
    tell(session, messages.answer_received(kind, held.place, **held.facts, at=now), call=held.call, now=now)
    if parting.substitute_name:
        for organiser in list_organisers(session, held.call.programme_id):
            mail = messages.substitute_named(held.place, organiser, **held.facts)
            tell(session, mail, call=held.call, now=now)
    offer_on(session, held, now)


def _check_substitute(person: Person, parting: Parting) -> None:
    name, email = parting.substitute_name, parting.substitute_email
    if bool(name) != bool(email):
        raise Refused(
            phrase("Give both the name and the address of your substitute, or neither."),
            field="substitute_email" if name else "substitute_name",
        )
    if email == person.email:
        raise Refused(phrase("This is your own address. Write your colleague's."), field="substitute_email")
    if email and not may_be_colleagues(person.email, email):
        raise Refused(
            phrase(
                "Your colleague has to come from %(organisation)s like you. Write their address there, ending in "
                "%(domain)s; or leave name and address empty.",
                organisation=person.organisation or phrase("your organisation"),
                domain="@" + person.email.rpartition("@")[2],
            ),
            field="substitute_email",
        )


def lapse_offer(session: Session, *, now: datetime, place_id: uuid.UUID) -> Place:
    """End an offer whose time to answer is over. Raises Refused if it is not."""
    held = hold(session, place_id)
    if is_in_time(held.place.answer_by, now):
        raise Refused(phrase("There is still time to answer this offer."))
    step(session, held, PlaceCommand.LAPSE, actor=None, now=now)
    withdraw_messages(session, held.place, kind="offer.made")
    tell(session, messages.lapsed(held.place, **held.facts), call=held.call, now=now)
    offer_on(session, held, now)
    return held.place


def _refuse_late(place: Place, now: datetime) -> None:
    if place.state is PlaceState.OFFERED and place.answer_by and not is_in_time(place.answer_by, now):
        raise Refused(
            phrase("The time to answer this offer ended on %(moment)s.", moment=place.answer_by),
        )
