"""Carrying an allocation out: places, waiting lists, and a mail to everybody concerned."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.allocation.queries import Case, Wish
from peer_visits.allocation.rules import Allocation, Placement, Unplaced, Waiting
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.services import record
from peer_visits.outbox.models import Message
from peer_visits.outbox.services import post
from peer_visits.places import messages
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.outcome import Letter, Outcome, PersonLine, VisitOutcome
from peer_visits.places.rules import answer_deadline, first_day, free_seats
from peer_visits.places.services.desk import Desk
from peer_visits.places.services.offering import new_offer
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class _Files:
    """The records behind the ids of the allocation."""

    applications: Mapping[uuid.UUID, Application]
    wishes: Mapping[tuple[uuid.UUID, uuid.UUID], Wish]
    choices: Mapping[uuid.UUID, Choice]

    def choice(self, person: uuid.UUID, visit: uuid.UUID) -> Choice:
        return self.choices[self.wishes[person, visit].choice]

    def line(
        self, person_id: uuid.UUID, one: Placement | Waiting | Unplaced, number: int | None = None
    ) -> PersonLine:
        person = self.applications[person_id].person
        rank = None if isinstance(one, Unplaced) else one.rank
        return PersonLine(
            str(person_id), person.name, person.organisation, person.country or "", one.reason, rank, number
        )


def _open_files(session: Session, desk: Desk, case: Case) -> _Files:
    query = select(Application).where(
        Application.call_id == desk.call.id, Application.state == ApplicationState.SUBMITTED
    )
    applications = session.scalars(query.options(joinedload(Application.person)))
    choices = session.scalars(
        select(Choice)
        .join(Choice.application)
        .where(Application.call_id == desk.call.id, Application.state == ApplicationState.SUBMITTED)
    )
    return _Files(
        {one.person_id: one for one in applications},
        {(wish.person, wish.visit): wish for wish in case.wishes},
        {one.id: one for one in choices},
    )


def carry_out(session: Session, desk: Desk, case: Case, allocation: Allocation, *, now: datetime) -> Outcome:
    """Offer the places, make the waiting lists, tell everybody; gives what all this comes to."""
    files = _open_files(session, desk, case)
    offers = _offer(session, desk, files, allocation.placements, now)
    _line_up(session, files, allocation.waiting)
    session.flush()
    sent = [
        *_tell_placed(session, desk, offers, now),
        *_tell_waiting(session, desk, files, allocation, now),
        *_tell_refused(session, desk, files, allocation.unplaced, now),
    ]
    return Outcome(
        visits=tuple(
            _visit_outcome(visit, desk, now, _Lines(files, offers, allocation)) for visit in desk.visits
        ),
        refused=tuple(files.line(one.person, one) for one in allocation.unplaced),
        letters=tuple(_letter(message) for message in sent),
    )


Offers = list[tuple[Placement, Place]]


def _offer(
    session: Session, desk: Desk, files: _Files, placements: Sequence[Placement], now: datetime
) -> Offers:
    by_visit: dict[uuid.UUID, list[Placement]] = defaultdict(list)
    for one in placements:
        by_visit[one.visit].append(one)
    offers = []
    for visit_id, chosen in by_visit.items():
        visit = desk.visit(visit_id)
        seats = free_seats(desk.taken_seats(visit_id), visit.capacity)
        for one, seat in zip(chosen, seats, strict=False):
            person = files.applications[one.person].person
            choice = files.choice(one.person, visit_id)
            place = new_offer(
                session, now=now, choice=choice, person=person, visit=visit, seat=seat, reason=one.reason
            )
            offers.append((one, place))
    return offers


def _line_up(session: Session, files: _Files, waiting: Sequence[Waiting]) -> None:
    session.add_all(
        WaitingEntry(
            choice_id=files.wishes[one.person, one.visit].choice, visit_id=one.visit, position=one.position
        )
        for one in waiting
    )


def _tell_placed(session: Session, desk: Desk, offers: Offers, now: datetime) -> list[Message]:
    sent = []
    for one, place in offers:
        visit = desk.visit(one.visit)
        mail = messages.offer_made(place, call=desk.call, visit=visit, reason=one.reason)
        sent.append(post(session, mail, now=now))
        record(
            session,
            actor=None,
            now=now,
            action="place.offered",
            subject=place,
            programme_id=desk.call.programme_id,
            visit=visit.slug,
            seat=place.seat,
        )
    return sent


def _tell_waiting(
    session: Session, desk: Desk, files: _Files, allocation: Allocation, now: datetime
) -> list[Message]:
    placed = {one.person for one in allocation.placements}
    lines: dict[uuid.UUID, list[tuple[Visit, int]]] = defaultdict(list)
    for one in sorted(allocation.waiting, key=lambda one: one.rank):
        if one.person not in placed:
            lines[one.person].append((desk.visit(one.visit), one.position))
    return [
        post(session, messages.waiting(files.applications[person], call=desk.call, lines=line), now=now)
        for person, line in lines.items()
    ]


def _tell_refused(
    session: Session, desk: Desk, files: _Files, unplaced: Sequence[Unplaced], now: datetime
) -> list[Message]:
    return [
        post(
            session,
            messages.refused(files.applications[one.person], call=desk.call, reason=one.reason),
            now=now,
        )
        for one in unplaced
    ]


@dataclass(frozen=True)
class _Lines:
    """Who is offered what, and who waits where, as lines for people."""

    files: _Files
    offers: Offers
    allocation: Allocation

    def offered(self, visit: Visit) -> tuple[PersonLine, ...]:
        here = ((one, place) for one, place in self.offers if one.visit == visit.id)
        return tuple(self.files.line(one.person, one, place.seat) for one, place in here)

    def waiting(self, visit: Visit) -> tuple[PersonLine, ...]:
        here = (one for one in self.allocation.waiting if one.visit == visit.id)
        return tuple(self.files.line(one.person, one, one.position) for one in here)


def _visit_outcome(visit: Visit, desk: Desk, now: datetime, lines: _Lines) -> VisitOutcome:
    call = desk.call
    return VisitOutcome(
        slug=visit.slug,
        title=visit.title,
        place=visit.place,
        country=visit.country,
        capacity=visit.capacity,
        answer_by=answer_deadline(now, zone=call.zone, days=call.answer_days, starts_on=first_day(visit)),
        is_left_empty=visit.id in desk.missing,
        offered=lines.offered(visit),
        waiting=lines.waiting(visit),
    )


def _letter(message: Message) -> Letter:
    return Letter(message.kind, message.to_name, message.to_address, message.subject, message.text)
