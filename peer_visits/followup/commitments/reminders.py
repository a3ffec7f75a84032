"""When people are asked: after the visit's end what they take home, and three and six months later what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.followup.commitments import messages
from peer_visits.followup.commitments.access import get_place_to_write
from peer_visits.followup.commitments.links import commitment_token
from peer_visits.followup.commitments.models import Commitment, CommitmentSheet
from peer_visits.followup.commitments.queries import LEARNERS, find_sheet, stayed_away
from peer_visits.followup.commitments.rules import add_months, is_open
from peer_visits.followup.commitments.states import SETTLED
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import THANKS, Reminding, remind, told_at
from peer_visits.outbox.services import Mail
from peer_visits.places.models import Place
from peer_visits.places.reminders import REST, morning
from peer_visits.places.rules import last_day
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import LAST_DAY

# Zones, and months of different length.
_MARGIN = timedelta(days=4)
# Nobody is asked what came of what they wrote a few days ago.
_TIME_TO_ACT = timedelta(days=14)
_CALLS = (CallState.PUBLISHED, CallState.ARCHIVED)

Find = Callable[[Session, Span, datetime], Sequence[uuid.UUID]]


def _find(session: Session, first: date, last: date, *wanted: ColumnElement[bool]) -> Sequence[uuid.UUID]:
    """Places of people whose visit ended in these days, with a margin. A call may be archived meanwhile."""
    query = (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(
            Call.state.in_(_CALLS),
            Place.state == PlaceState.ACCEPTED,
            Place.kind.in_(LEARNERS),
            first - _MARGIN <= LAST_DAY,
            last + _MARGIN >= LAST_DAY,
            *wanted,
        )
        .order_by(Place.id)
    )
    return session.scalars(query).all()


def _person(session: Session, place_id: uuid.UUID) -> Place | None:
    place = get_place_to_write(session, place_id)
    return place if place and place.kind in LEARNERS else None


# What do you take home?


def _find_silent(session: Session, span: Span, _now: datetime) -> Sequence[uuid.UUID]:
    has_written = exists().where(CommitmentSheet.place_id == Place.id)
    return _find(session, span.first.date(), span.last.date(), ~has_written)


def _visit_end(session: Session, place_id: uuid.UUID, _now: datetime) -> Occasion | None:
    place = _person(session, place_id)
    day = last_day(place.visit) if place else None
    if place is None or day is None or find_sheet(session, place_id) or stayed_away(session, place):
        return None
    known = [one for one in (place.settled_at, _asked_at(session, place)) if one]
    return Occasion(morning(day, place.visit.zone), place.visit.call_id, known_at=max(known, default=None))


def _asked_at(session: Session, place: Place) -> datetime | None:
    """From when on somebody is asked once more whom the mail that thanked them has asked."""
    told = told_at(session, THANKS, place, commitment_token(session, place.id))
    return told + REST if told else None


def _wanted_mails(
    session: Session, place_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion
) -> list[Mail]:
    place = _person(session, place_id)
    return [messages.commitments_wanted(place, token=commitment_token(session, place_id))] if place else []


WANTED = Reminding(
    phrase("When a visit has ended: what people take home"),
    (
        Reminder(messages.WANTED, phrase("Commitments asked for"), hours=26, late_hours=240),
        Reminder(
            "commitment.wanted_again", phrase("Commitments asked for once more"), hours=240, late_hours=240
        ),
    ),
    messages.WANTED,
    Place,
    _find_silent,
    _visit_end,
    _wanted_mails,
)


# What came of it?


def _finder(months: int) -> Find:
    def find(session: Session, span: Span, _now: datetime) -> Sequence[uuid.UUID]:
        waits = exists().where(
            Commitment.place_id == Place.id,
            Commitment.will_do != "",
            Commitment.state.not_in(SETTLED),
            or_(Commitment.answered_months.is_(None), Commitment.answered_months < months),
        )
        first, last = (add_months(moment.date(), -months) for moment in (span.first, span.last))
        return _find(session, first, last, waits)

    return find


def _asker(months: int) -> Callable[[Session, uuid.UUID, datetime], Occasion | None]:
    def occasion(session: Session, place_id: uuid.UUID, _now: datetime) -> Occasion | None:
        place = _person(session, place_id)
        sheet = find_sheet(session, place_id)
        day = last_day(place.visit) if place else None
        if place is None or sheet is None or day is None or not waiting(sheet, months):
            return None
        moment = morning(add_months(day, months), place.visit.zone)
        return Occasion(moment, place.visit.call_id, known_at=sheet.written_at + _TIME_TO_ACT)

    return occasion


def waiting(sheet: CommitmentSheet, months: int) -> list[Commitment]:
    """What still waits for an answer to this ask; nothing where an erasure has emptied it."""
    return [one for one in sheet.commitments if one.will_do and is_open(one, months)]


def _mailer(kind: str) -> Callable[[Session, uuid.UUID, Reminder, Occasion], list[Mail]]:
    def mails(session: Session, place_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion) -> list[Mail]:
        place, sheet = _person(session, place_id), find_sheet(session, place_id)
        if place is None or sheet is None:
            return []
        token, open_ones = commitment_token(session, place_id), waiting(sheet, messages.MONTHS[kind])
        return [messages.commitments_asked(kind, place, token=token, waiting=open_ones)]

    return mails


def _ask(kind: str, title: Phrase, first: Phrase, again: Phrase) -> Reminding:
    months = messages.MONTHS[kind]
    return Reminding(
        title,
        (
            Reminder(kind, first, hours=24, late_hours=336),
            Reminder(f"{kind}_again", again, hours=240, late_hours=336),
        ),
        kind,
        Place,
        _finder(months),
        _asker(months),
        _mailer(kind),
    )


ASKED = _ask(
    messages.ASKED,
    phrase("Three months after a visit: what came of it"),
    phrase("Commitments asked about after three months"),
    phrase("Commitments asked about after three months, once more"),
)
ASKED_LAST = _ask(
    messages.ASKED_LAST,
    phrase("Six months after a visit: what came of it"),
    phrase("Commitments asked about after six months"),
    phrase("Commitments asked about after six months, once more"),
)
ALL = (WANTED, ASKED, ASKED_LAST)


def ask_for_commitments(now: datetime) -> int:
    """Ask who has come home what they take with them, and later what came of it; returns how many mails."""
    return sum(remind(reminding, now) for reminding in ALL)
