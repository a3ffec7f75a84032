"""What must always hold of places and waiting lists, beyond what the database refuses by itself."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from peer_visits.accounts.models import Person
from peer_visits.allocation.solving.groups import violation
from peer_visits.allocation.solving.instance import Applicant, Rule
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.states import LIVE, PlaceKind, PlaceState, WaitingState
from peer_visits.places.waiting_list import Grounds, read_grounds
from peer_visits.visits.models import Visit


def find_broken(session: Session) -> list[str]:
    """One sentence for each place, visit or person that breaks a rule."""
    found = [
        f"{what} {identity}: {problem}"
        for (what, problem), query in _PROBLEMS.items()
        for identity in session.scalars(query)
    ]
    return found + _broken_caps(session)


def _broken_caps(session: Session) -> list[str]:
    """Hard caps of the runs that were carried out, counted over the people who hold a place by now.

    A minimum or a share can be missed because somebody left; a cap only because somebody came.
    """
    decided = select(Call).where(Call.decided_at.is_not(None))
    broken = []
    for call in session.scalars(decided).unique():
        grounds = read_grounds(session, call)
        caps = [rule for rule in grounds.rules if rule.hard and rule.kind in {"max", "max_each"}]
        if caps and grounds.people:
            broken += _over_caps(session, call, grounds, caps)
    return broken


def _over_caps(session: Session, call: Call, grounds: Grounds, caps: Sequence[Rule]) -> list[str]:
    groups: dict[uuid.UUID, list[Applicant]] = defaultdict(list)
    rows = session.execute(
        select(Visit.id, Person)
        .join(Place, and_(Place.visit_id == Visit.id, _LIVE))
        .join(Person, Person.id == Place.person_id)
        .where(Visit.call_id == call.id, Place.choice_id.is_not(None))
    )
    for visit_id, person in rows:
        groups[visit_id].append(grounds.applicant(person))
    return [
        f"visit {visit_id}: the cap {rule.id} is broken"
        for visit_id, group in groups.items()
        for rule in caps
        if (rule.visits is None or str(visit_id) in rule.visits) and violation(rule, group)
    ]


_LIVE = and_(Place.kind == PlaceKind.PARTICIPANT, Place.state.in_(LIVE))


def _more_than_capacity() -> Select[uuid.UUID]:
    return (
        select(Visit.id)
        .join(Place, and_(Place.visit_id == Visit.id, _LIVE))
        .group_by(Visit.id, Visit.capacity)
        .having(or_(func.count(Place.id) > Visit.capacity, func.max(Place.seat) > Visit.capacity))
    )


def _too_many_per_person() -> Select[uuid.UUID]:
    """Not counting a place whose person is being asked to change to a better one."""
    better = aliased(Place)
    is_asked = exists().where(better.replaces_id == Place.id, better.state == PlaceState.OFFERED)
    return (
        select(Place.person_id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(_LIVE, ~is_asked)
        .group_by(Place.person_id, Call.id, Call.places_per_person)
        .having(func.count(Place.id) > Call.places_per_person)
    )


def _not_their_choice() -> Select[uuid.UUID]:
    return (
        select(Place.id)
        .join(Choice, Choice.id == Place.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .where(or_(Choice.visit_id != Place.visit_id, Application.person_id != Place.person_id))
    )


def _of_withdrawn_application() -> Select[uuid.UUID]:
    return (
        select(Place.id)
        .join(Choice, Choice.id == Place.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .where(_LIVE, Application.state == ApplicationState.WITHDRAWN)
    )


def _waiting_for_another_visit() -> Select[uuid.UUID]:
    return (
        select(WaitingEntry.choice_id)
        .join(Choice, Choice.id == WaitingEntry.choice_id)
        .where(Choice.visit_id != WaitingEntry.visit_id)
    )


def _promoted_without_place() -> Select[uuid.UUID]:
    has_place = select(Place.id).where(Place.choice_id == WaitingEntry.choice_id).exists()
    return select(WaitingEntry.choice_id).where(WaitingEntry.state == WaitingState.PROMOTED, ~has_place)


def _given_on_and_kept() -> Select[uuid.UUID]:
    lower = aliased(Place)
    return (
        select(Place.id)
        .join(lower, lower.id == Place.replaces_id)
        .where(Place.state == PlaceState.ACCEPTED, lower.state.in_(LIVE))
    )


def _mails_without_their_place() -> Select[uuid.UUID]:
    """A mail about an offer that is on its way, though the offer is not there."""
    there = select(Place.id).where(Place.id == Message.about_id).exists()
    return select(Message.id).where(
        Message.about_kind == Place.__tablename__,
        Message.kind == "offer.made",
        Message.state != MessageState.WITHDRAWN,
        ~there,
    )


def _answers_not_one() -> Select[uuid.UUID]:
    """Who takes part in a decided call and is offered nothing has one answer, and only one."""
    answers = (
        select(func.count(Message.id))
        .where(
            Message.about_kind == Application.__tablename__,
            Message.about_id == Application.id,
            Message.kind.in_(("application.waiting", "application.refused")),
            Message.state != MessageState.WITHDRAWN,
            Message.created_at >= Call.decided_at,
        )
        .correlate(Application, Call)
        .scalar_subquery()
    )
    placed = (
        select(Place.id)
        .join(Choice, Choice.id == Place.choice_id)
        .where(Choice.application_id == Application.id)
        .exists()
    )
    return (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.answered_at.is_not(None),
            Application.state == ApplicationState.SUBMITTED,
            Application.submitted_at <= Call.decided_at,
            or_(answers > 1, and_(answers == 0, ~placed)),
        )
    )


def _offer_mails_not_one() -> Select[uuid.UUID]:
    mails = (
        select(func.count(Message.id))
        .where(
            Message.about_kind == Place.__tablename__,
            Message.about_id == Place.id,
            Message.kind == "offer.made",
        )
        .scalar_subquery()
    )
    return (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(Place.kind == PlaceKind.PARTICIPANT, Place.offered_at >= Call.decided_at, mails != 1)
    )


_PROBLEMS = {
    ("visit", "more places are held than it has"): _more_than_capacity(),
    ("person", "holds more places in a call than one person may"): _too_many_per_person(),
    ("place", "its choice is of another visit or person"): _not_their_choice(),
    ("place", "held, though its application is withdrawn"): _of_withdrawn_application(),
    ("place", "accepted in exchange for one that is still held"): _given_on_and_kept(),
    ("message", "about an offer that is not there"): _mails_without_their_place(),
    ("application", "its call is decided, and it has no answer or more than one"): _answers_not_one(),
    ("waiting entry", "its choice is for another visit"): _waiting_for_another_visit(),
    ("waiting entry", "promoted, and yet no place"): _promoted_without_place(),
    ("place", "its offer has no mail, or more than one"): _offer_mails_not_one(),
}
