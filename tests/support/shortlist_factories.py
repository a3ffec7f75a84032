"""A visit with its host team, applications and readings, for tests."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call, Criterion
from peer_visits.shortlist.models import Review, ShortlistMove
from peer_visits.shortlist.moves import Move
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.services.ordering import move_lines
from peer_visits.shortlist.services.reading import save_review
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit
from peer_visits.visits.states import HostRole
from tests.support.factories import (
    NOW,
    make_application,
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)


@dataclass(frozen=True)
class HostDesk:
    """One visit of a call, who reads for it, and who organises it."""

    call: Call
    visit: Visit
    lead: Person
    reviewer: Person
    organiser: Person
    choices: dict[str, uuid.UUID] = field(default_factory=dict)


def make_desk(session: Session, *names: str, is_closed: bool = True, **values: Any) -> HostDesk:
    """A visit with a lead and a reviewer, and one sent application for each name; the call closed yesterday."""
    programme = make_programme(session)
    window = {"opens_at": NOW - timedelta(days=30), "closes_at": NOW - timedelta(days=1)} if is_closed else {}
    call = make_call(session, programme, **window)
    visit = make_visit(session, call, **values)
    desk = HostDesk(
        call,
        visit,
        make_host(session, visit, "Lea Lead"),
        make_host(session, visit, "Rita Reviewer", HostRole.REVIEWER),
        make_organiser(session, programme),
    )
    for number, name in enumerate(names):
        apply_to_desk(session, desk, name, submitted_at=NOW - timedelta(days=2, minutes=-number))
    return desk


def apply_to_desk(session: Session, desk: HostDesk, name: str, **values: Any) -> Application:
    """A sent application whose first choice is the desk's visit."""
    person = make_person(session, name, **values.pop("person", {}))
    application = make_application(session, desk.call, [desk.visit], person, **values)
    desk.choices[name] = session.scalars(
        select(Choice.id).where(Choice.application_id == application.id)
    ).one()
    return application


def application_of(session: Session, desk: HostDesk, name: str) -> Application:
    """The application behind one of the desk's choices."""
    query = (
        select(Application)
        .join(Choice, Choice.application_id == Application.id)
        .where(Choice.id == desk.choices[name])
    )
    return session.scalars(query).one()


def criteria_of(session: Session, desk: HostDesk) -> Sequence[Criterion]:
    """The criteria of the desk's call."""
    query = select(Criterion).where(Criterion.call_id == desk.call.id).order_by(Criterion.position)
    return session.scalars(query).all()


def score_all(
    session: Session, desk: HostDesk, name: str, value: int, reader: Person | None = None
) -> Review:
    """The reader, or the lead, gives every criterion the same score."""
    return save_review(
        session,
        actor=reader or desk.lead,
        now=NOW,
        visit=desk.visit,
        choice_id=desk.choices[name],
        version=0,
        scores={one.id: value for one in criteria_of(session, desk)},
        conflict_of_interest=False,
        note="",
    )


def put(
    session: Session, desk: HostDesk, proposal: Proposal | None, *names: str, position: int | None = None
) -> ShortlistMove | None:
    """The lead puts people on a pile."""
    choices = [desk.choices[name] for name in names]
    return put_choices(session, desk.lead, desk.visit, choices, proposal, position=position)


def put_choices(
    session: Session,
    actor: Person,
    visit: Visit,
    choices: Sequence[uuid.UUID],
    proposal: Proposal | None,
    *,
    position: int | None = None,
    now: datetime = NOW,
) -> ShortlistMove | None:
    """Put choices on a pile, at a position or at its end; without a pile they are to decide again."""
    move = Move(tuple(choices), proposal, at=position)
    return move_lines(session, actor=actor, now=now, visit=visit, wanted=lambda _order: [move])


def piles(session: Session, desk: HostDesk) -> dict[Proposal, list[str]]:
    """Who is on which pile, in order, by name."""
    names = {choice_id: name for name, choice_id in desk.choices.items()}
    order = read_order(session, desk.visit)
    return {pile: [names[choice_id] for choice_id in order[pile]] for pile in Proposal}
