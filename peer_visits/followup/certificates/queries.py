"""Reads about certificates: who is entitled, who has one, who never came."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Integer, case, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.agenda.queries.attendance import AtSession, read_register
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.followup.certificates.models import Certificate, CertificateRule
from peer_visits.followup.certificates.rules import GRACE, TOO_OLD, USUAL_SHARE, Span, is_entitled, minutes_of
from peer_visits.followup.certificates.states import CertificateState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Standing:
    """One participant: how long they were there, and what they were certified last."""

    place: Place
    minutes: int
    is_entitled: bool
    certificate: Certificate | None

    @property
    def has_one(self) -> bool:
        """Whether they hold a certificate that counts."""
        return self.certificate is not None and self.certificate.state is CertificateState.ISSUED

    @property
    def waits(self) -> bool:
        """Whether they are entitled and were never certified anything."""
        return self.is_entitled and self.certificate is None


@dataclass(frozen=True)
class Roll:
    """Everybody who takes part in a visit, with what they are entitled to by its rule.

    Only sessions at which somebody noted attendance count; `sessions` is how many those are, of `published`.
    """

    visit: Visit
    rule: CertificateRule
    published: int
    sessions: int
    held_minutes: int
    starts_at: datetime | None
    ends_at: datetime | None
    standings: Sequence[Standing]

    @property
    def waiting(self) -> list[Standing]:
        """Who is entitled and has none yet."""
        return [one for one in self.standings if one.waits]

    @property
    def issued(self) -> int:
        """How many hold one."""
        return sum(one.has_one for one in self.standings)

    def is_over(self, now: datetime) -> bool:
        """Whether the last published session has ended."""
        return self.ends_at is not None and self.ends_at <= now


def read_roll(session: Session, visit: Visit) -> Roll:
    """The roll of a visit, in six statements."""
    register = read_register(session, visit.id)
    kept = [one for one in register.sessions if one.by_person]
    held = minutes_of(_span(one) for one in kept)
    rule, certified = find_rule(session, visit.id), _certificates(session, visit.id)
    standings = []
    for place in register.participants:
        minutes = minutes_of(_span(one) for one in kept if _was_there(one, place))
        entitled = is_entitled(minutes, held, rule.share)
        standings.append(Standing(place, minutes, entitled, certified.get(place.id)))
    return Roll(
        visit,
        rule,
        len(register.sessions),
        len(kept),
        held,
        min((one.item["starts_at"] for one in register.sessions), default=None),
        max((one.item["ends_at"] for one in register.sessions), default=None),
        standings,
    )


def _span(one: AtSession) -> Span:
    return one.item["starts_at"], one.item["ends_at"]


def _was_there(one: AtSession, place: Place) -> bool:
    row = one.by_person.get(place.person_id)
    return row is not None and row.was_there


def find_rule(session: Session, visit_id: uuid.UUID) -> CertificateRule:
    """What a visit asks; the usual where nobody said anything (not kept then)."""
    kept = session.get(CertificateRule, visit_id)
    return kept or CertificateRule(visit_id=visit_id, share=USUAL_SHARE, is_automatic=True)


def _certificates(session: Session, visit_id: uuid.UUID) -> Mapping[uuid.UUID, Certificate]:
    """The last certificate of each place of a visit."""
    query = (
        select(Certificate)
        .join(Place, Place.id == Certificate.place_id)
        .where(Place.visit_id == visit_id)
        .order_by(Certificate.issued_at, Certificate.state.desc())
    )
    return {one.place_id: one for one in session.scalars(query)}


def find_by_code(session: Session, code: str) -> Certificate | None:
    """The certificate of this code, with its visit."""
    query = (
        select(Certificate)
        .join(Certificate.place)
        .join(Place.visit)
        .join(Visit.call)
        .where(Certificate.code == code)
        .options(contains_eager(Certificate.place).contains_eager(Place.visit).contains_eager(Visit.call))
    )
    return session.scalars(query).unique().one_or_none()


def find_of_visit(session: Session, visit: Visit, certificate_id: uuid.UUID) -> Certificate | None:
    """A certificate of somebody who takes or took part in this visit, with its place and person."""
    query = (
        select(Certificate)
        .join(Certificate.place)
        .where(Certificate.id == certificate_id, Place.visit_id == visit.id)
        .options(contains_eager(Certificate.place).joinedload(Place.person))
    )
    return session.scalars(query).one_or_none()


def find_of_place(session: Session, place_id: uuid.UUID) -> Certificate | None:
    """The certificate somebody holds for their place."""
    query = select(Certificate).where(
        Certificate.place_id == place_id, Certificate.state == CertificateState.ISSUED
    )
    return session.scalars(query).one_or_none()


def list_visits_to_certify(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Visits whose attendance was kept and whose certificates may have to go out by themselves."""
    ended = (
        select(AgendaSession.visit_id)
        .where(exists().where(Attendance.session_id == AgendaSession.id))
        .group_by(AgendaSession.visit_id)
        .having(func.max(AgendaSession.ends_at).between(now - TOO_OLD, now - GRACE))
    )
    by_hand = select(CertificateRule.visit_id).where(CertificateRule.is_automatic.is_(False))
    query = (
        select(Visit.id)
        .join(Call, Call.id == Visit.call_id)
        .where(Call.state == CallState.PUBLISHED, Visit.id.in_(ended), Visit.id.not_in(by_hand))
        .order_by(Visit.id)
    )
    return session.scalars(query).all()


@dataclass
class VisitAttendance:
    """One visit as the organiser sees it: how many take part, who came, who never did, who is certified."""

    visit: Visit
    participants: int = 0
    came: int = 0
    certified: int = 0
    no_shows: list[Person] = field(default_factory=list)


def list_attendance_of_call(session: Session, call_id: uuid.UUID) -> list[VisitAttendance]:
    """Every visit of a call with its attendance, in three statements."""
    visits = session.scalars(select(Visit).where(Visit.call_id == call_id).order_by(Visit.position)).unique()
    found = {visit.id: VisitAttendance(visit) for visit in visits}
    noted = _noted(session, call_id)
    query = (
        select(Place, Certificate.id)
        .join(Place.visit)
        .join(Place.person)
        .outerjoin(
            Certificate,
            (Certificate.place_id == Place.id) & (Certificate.state == CertificateState.ISSUED),
        )
        .where(Visit.call_id == call_id, Place.state == PlaceState.ACCEPTED)
        .order_by(Person.name, Person.id)
        .options(joinedload(Place.person))
    )
    for place, certificate_id in session.execute(query):
        row = found[place.visit_id]
        row.participants += 1
        row.certified += certificate_id is not None
        known = noted.get((place.visit_id, place.person_id))
        row.came += bool(known)
        if known == 0:
            row.no_shows.append(place.person)
    return list(found.values())


def _noted(session: Session, call_id: uuid.UUID) -> Mapping[tuple[uuid.UUID, uuid.UUID], int]:
    """At how many sessions of each visit everybody noted was."""
    was_there = func.sum(case((Attendance.was_there, 1), else_=0)).cast(Integer)
    rows = session.execute(
        select(AgendaSession.visit_id, Attendance.person_id, was_there)
        .join(AgendaSession, AgendaSession.id == Attendance.session_id)
        .join(Visit, Visit.id == AgendaSession.visit_id)
        .where(Visit.call_id == call_id)
        .group_by(AgendaSession.visit_id, Attendance.person_id)
    )
    return {(visit_id, person_id): number for visit_id, person_id, number in rows}
