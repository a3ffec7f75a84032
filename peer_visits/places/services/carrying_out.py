"""Carrying the result of an allocation run out: places, waiting lists, and a mail to everybody concerned."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.result import Placement, Result, Unplaced, Waiting
from peer_visits.allocation.services import get_result
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.outbox.models import Message
from peer_visits.places import messages
from peer_visits.places.links import answer_token
from peer_visits.places.models import ChoiceReason, Place, WaitingEntry
from peer_visits.places.outcome import Letter, Outcome, PersonLine, VisitOutcome
from peer_visits.places.rules import answer_deadline, first_day, free_seats
from peer_visits.places.services.desk import Desk
from peer_visits.places.services.offering import new_offer
from peer_visits.places.services.telling import known_from, tell
from peer_visits.visits.models import Visit

Offers = list[tuple[Placement, Place]]


@dataclass(frozen=True)
class Decision:
    """What is carried out: the run it comes from, and its result less whoever has withdrawn since."""

    run: AllocationRun
    result: Result
    applications: Mapping[uuid.UUID, Application]
    choices: Mapping[uuid.UUID, Choice]
    gone: int
    is_outdated: bool

    def line(
        self, one: Placement | Waiting | Unplaced, number: int | None = None, place: Place | None = None
    ) -> PersonLine:
        """One person in the outcome."""
        person = self.applications[one.person].person
        return PersonLine(
            str(person.id),
            person.name,
            person.organisation,
            person.country or "",
            one.reason,
            None if isinstance(one, Unplaced) else one.rank,
            number,
            place.answer_by if place else None,
        )

    def waiting(self) -> list[Waiting]:
        """Everybody who waits, visit by visit in order."""
        return [one for line in self.result.waiting.values() for one in line]


def open_decision(session: Session, desk: Desk, run: AllocationRun, *, is_outdated: bool) -> Decision:
    """The run's result with the records behind it. Raises Refused if it no longer fits the call."""
    result = get_result(run)
    sent = (Application.call_id == desk.call.id, Application.state == ApplicationState.SUBMITTED)
    query = select(Application).where(*sent).options(joinedload(Application.person))
    applications = {one.person_id: one for one in session.scalars(query)}
    choices = {one.id: one for one in session.scalars(select(Choice).join(Choice.application).where(*sent))}
    here = _without_withdrawn(result, set(choices), set(applications))
    _refuse_outdated(desk, result, here, set(applications))
    return Decision(
        run, here, applications, choices, len(result.placements) - len(here.placements), is_outdated
    )


def _without_withdrawn(result: Result, choices: set[uuid.UUID], people: set[uuid.UUID]) -> Result:
    lines = {
        visit: tuple(
            replace(one, position=position)
            for position, one in enumerate((one for one in line if one.choice in choices), start=1)
        )
        for visit, line in result.waiting.items()
    }
    return replace(
        result,
        placements=tuple(one for one in result.placements if one.choice in choices),
        waiting=lines,
        unplaced=tuple(one for one in result.unplaced if one.person in people),
    )


def _refuse_outdated(desk: Desk, result: Result, here: Result, people: set[uuid.UUID]) -> None:
    part = {one.person for one in result.placements} | {one.person for one in result.unplaced}
    part |= {one.person for line in result.waiting.values() for one in line}
    part |= {place.person_id for place in desk.earlier}
    missing = len(people - part)
    if missing:
        raise Refused(
            phrase(
                "Applications that are not part of this run: %(count)s. Make a new run first.", count=missing
            )
        )
    taken = {place.choice_id for place in desk.earlier}
    for visit in desk.visits:
        offers = [one for one in here.placements if one.visit == visit.id]
        if len(offers) > visit.capacity - len(desk.taken_seats(visit.id)) or any(
            one.choice in taken for one in offers
        ):
            raise Refused(
                phrase(
                    "%(visit)s has fewer places than the run gives. Make a new run first.", visit=visit.title
                )
            )


def carry_out(session: Session, desk: Desk, decision: Decision, *, now: datetime) -> Outcome:
    """Offer the places, make the waiting lists, tell everybody; gives what all this comes to."""
    offers = _offer(session, desk, decision, now)
    session.add_all(
        WaitingEntry(choice_id=one.choice, visit_id=one.visit, position=one.position)
        for one in decision.waiting()
    )
    session.flush()
    _give_reasons(session, decision)
    sent = [
        *_tell_placed(session, desk, offers, now),
        *_tell_waiting(session, desk, decision, now),
        *_tell_refused(session, desk, decision, now),
    ]
    return Outcome(
        visits=tuple(_visit_outcome(visit, desk, now, decision, offers) for visit in desk.visits),
        refused=tuple(decision.line(one) for one in decision.result.unplaced),
        gone=decision.gone,
        run=decision.run.number,
        is_outdated=decision.is_outdated,
        letters=tuple(_letter(message) for message in sent),
    )


def _offer(session: Session, desk: Desk, decision: Decision, now: datetime) -> Offers:
    by_visit: dict[uuid.UUID, list[Placement]] = defaultdict(list)
    for one in decision.result.placements:
        by_visit[one.visit].append(one)
    offers = []
    for visit_id, chosen in by_visit.items():
        visit = desk.visit(visit_id)
        seats = free_seats(desk.taken_seats(visit_id), visit.capacity)
        for one, seat in zip(chosen, seats, strict=False):
            place = new_offer(
                session,
                now=now,
                choice=decision.choices[one.choice],
                person=decision.applications[one.person].person,
                visit=visit,
                seat=seat,
                reason=one.reason,
            )
            offers.append((one, place))
    return offers


def _give_reasons(session: Session, decision: Decision) -> None:
    rows = [
        {"choice_id": choice, "reason": str(reason)[:500]}
        for choice, reason in decision.result.reasons.items()
        if choice in decision.choices
    ]
    if rows:
        session.execute(insert(ChoiceReason), rows)


def _tell_placed(session: Session, desk: Desk, offers: Offers, now: datetime) -> list[Message]:
    sent = []
    for one, place in offers:
        visit, token = desk.visit(one.visit), answer_token(session, place.id)
        mail = messages.offer_made(place, call=desk.call, visit=visit, reason=one.reason, token=token)
        sent.append(tell(session, mail, call=desk.call, now=now))
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


def _tell_waiting(session: Session, desk: Desk, decision: Decision, now: datetime) -> list[Message]:
    placed = {one.person for one in decision.result.placements}
    lines: dict[uuid.UUID, list[tuple[Visit, int]]] = defaultdict(list)
    for one in sorted(decision.waiting(), key=lambda one: one.rank):
        if one.person not in placed:
            lines[one.person].append((desk.visit(one.visit), one.position))
    mails = (
        messages.waiting(
            decision.applications[person], call=desk.call, lines=line, decision=desk.call.version
        )
        for person, line in lines.items()
    )
    return [tell(session, mail, call=desk.call, now=now) for mail in mails]


def _tell_refused(session: Session, desk: Desk, decision: Decision, now: datetime) -> list[Message]:
    mails = (
        messages.refused(
            decision.applications[one.person], call=desk.call, reason=one.reason, decision=desk.call.version
        )
        for one in decision.result.unplaced
    )
    return [tell(session, mail, call=desk.call, now=now) for mail in mails]


def _visit_outcome(
    visit: Visit, desk: Desk, now: datetime, decision: Decision, offers: Offers
) -> VisitOutcome:
    call = desk.call
    return VisitOutcome(
        slug=visit.slug,
        title=visit.title,
        place=visit.place,
        country=visit.country,
        capacity=visit.capacity,
        days=_days(visit),
        answer_by=answer_deadline(
            known_from(call, now), zone=call.zone, days=call.answer_days, starts_on=first_day(visit)
        ),
        is_left_empty=visit.id in desk.missing,
        offered=tuple(
            decision.line(one, place.seat, place) for one, place in offers if one.visit == visit.id
        ),
        waiting=tuple(decision.line(one, one.position) for one in decision.result.waiting.get(visit.id, ())),
    )


def _days(visit: Visit) -> str:
    days = (visit.held_starts_on, visit.held_ends_on, visit.announced_starts_on, visit.announced_ends_on)
    return " ".join(str(day or "") for day in days)


def _letter(message: Message) -> Letter:
    return Letter(
        message.kind, message.to_name, message.to_address, message.subject, message.text, message.calendar
    )
