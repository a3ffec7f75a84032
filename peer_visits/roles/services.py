"""Giving and taking roles. Who may is checked here again, under the lock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Call, Programme, ProgrammeOrganiser
from peer_visits.kernel.errors import Forbidden, NotFound, Refused
from peer_visits.kernel.text import phrase
from peer_visits.library.duties import account_of, name_author, release_author
from peer_visits.library.models import DocumentAuthor
from peer_visits.outbox.services import Mail, post
from peer_visits.shortlist.services.sharing_out import share_out
from peer_visits.shortlist.services.team import end_membership
from peer_visits.storage.base import Base
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole


class GivenRole(StrEnum):
    """Roles that can be given. The first two are an administrator's to give, the others an organiser's."""

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    LEAD = "lead"
    REVIEWER = "reviewer"
    EXPERT = "expert"
    AUTHOR = "author"


BY_ADMINISTRATOR = frozenset({GivenRole.ADMINISTRATOR, GivenRole.ORGANISER})
HOST_ROLES = frozenset({GivenRole.LEAD, GivenRole.REVIEWER, GivenRole.EXPERT})
NAMES = {
    GivenRole.ADMINISTRATOR: phrase("administrator"),
    GivenRole.ORGANISER: phrase("organiser"),
    GivenRole.LEAD: phrase("lead of the host team"),
    GivenRole.REVIEWER: phrase("reviewer in the host team"),
    GivenRole.EXPERT: phrase("external expert in the host team"),
    GivenRole.AUTHOR: phrase("author of the analytical document"),
}


@dataclass(frozen=True)
class Grant:
    """A role for a person, in a programme or a visit."""

    role: GivenRole
    person: Person
    subject: Programme | Visit | None

    @property
    def where(self) -> str:
        """The programme or the visit, in words."""
        if isinstance(self.subject, Visit):
            return f"{self.subject.place}: {self.subject.title}"
        return self.subject.name if self.subject else "Peer Visits"

    @property
    def subject_id(self) -> uuid.UUID:
        """The id of the programme or visit. Raises NotFound for a role that has neither."""
        return _required(self.subject.id if self.subject else None)

    @property
    def programme_id(self) -> uuid.UUID | None:
        """The programme whose log tells of it."""
        if isinstance(self.subject, Visit):
            return self.subject.call.programme_id
        return self.subject.id if self.subject else None


def give_role(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    role: GivenRole,
    email: str,
    subject_id: uuid.UUID | None,
) -> Grant:
    """Give a role to the account of an address. Raises Refused if there is none, or it has the role already."""
    person = account_of(session, email)
    grant = Grant(role, person, _subject(session, actor, role, subject_id))
    if _find(session, grant):
        raise Refused(phrase("%(name)s has this role already.", name=person.name), field="email")
    if grant.role is GivenRole.AUTHOR and isinstance(grant.subject, Visit):
        name_author(session, actor=actor, now=now, visit=grant.subject, person=person)
    else:
        _put(session, grant)
        _tell(session, actor, now, grant, "role.given")
    return grant


def take_role(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    role: GivenRole,
    person_id: uuid.UUID,
    subject_id: uuid.UUID | None,
) -> Grant:
    """Take a role away; it ends at once. The last administrator stays."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    grant = Grant(role, person, _subject(session, actor, role, subject_id))
    held = _find(session, grant)
    if held is None:
        raise Refused(phrase("%(name)s does not have this role any more.", name=person.name))
    if grant.role is GivenRole.AUTHOR and isinstance(grant.subject, Visit):
        release_author(session, actor=actor, now=now, visit=grant.subject, person=person)
        return grant
    _drop(session, grant, held)
    if grant.role in HOST_ROLES and isinstance(grant.subject, Visit):
        end_membership(session, grant.subject, person.id, now)
    _tell(session, actor, now, grant, "role.taken")
    return grant


def _subject(
    session: Session, actor: Person, role: GivenRole, subject_id: uuid.UUID | None
) -> Programme | Visit | None:
    """The programme or visit, if this person may give the role there."""
    if role in BY_ADMINISTRATOR:
        if not actor.is_administrator:
            raise Forbidden
        return None if role is GivenRole.ADMINISTRATOR else _required(_get(session, Programme, subject_id))
    visit = _required(_get(session, Visit, subject_id))
    organises = exists().where(
        ProgrammeOrganiser.programme_id == Call.programme_id,
        Call.id == visit.call_id,
        ProgrammeOrganiser.person_id == actor.id,
    )
    if not session.scalar(select(organises)):
        raise NotFound
    return visit


T = TypeVar("T")
R = TypeVar("R", bound=Base)


def _get(session: Session, model: type[R], identity: uuid.UUID | None) -> R | None:
    return session.get(model, identity) if identity else None


def _required(found: T | None) -> T:
    if found is None:
        raise NotFound
    return found


def _find(session: Session, grant: Grant) -> Base | None:
    person = grant.person
    if grant.role is GivenRole.ADMINISTRATOR:
        return person if person.is_administrator else None
    if grant.role in HOST_ROLES:
        member = session.get(HostMember, (grant.subject_id, person.id))
        return member if member and member.role == grant.role.value else None
    model = ProgrammeOrganiser if grant.role is GivenRole.ORGANISER else DocumentAuthor
    found: Base | None = session.get(model, (grant.subject_id, person.id))
    return found


def _put(session: Session, grant: Grant) -> None:
    person = grant.person
    if grant.role is GivenRole.ADMINISTRATOR:
        person.is_administrator = True
    elif grant.role is GivenRole.ORGANISER:
        session.add(ProgrammeOrganiser(programme_id=grant.subject_id, person_id=person.id))
    else:
        # A person has one role in a host team: a second one replaces the first.
        role = HostRole(grant.role.value)
        session.merge(HostMember(visit_id=grant.subject_id, person_id=person.id, role=role))
        session.flush()
        share_out(session, session.get_one(Visit, grant.subject_id))
    session.flush()


def _drop(session: Session, grant: Grant, held: Base) -> None:
    if grant.role is GivenRole.ADMINISTRATOR:
        count = session.scalar(select(func.count()).select_from(Person).where(Person.is_administrator))
        if (count or 0) < 2:
            raise Refused(phrase("The last administrator cannot be removed. Name another one first."))
        grant.person.is_administrator = False
    else:
        session.delete(held)
    session.flush()


def _tell(session: Session, actor: Person, now: datetime, grant: Grant, action: str) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=grant.person,
        programme_id=grant.programme_id,
        role=grant.role,
    )
    version = f"{grant.role}|{grant.programme_id}|{now.isoformat()}"
    data = {"giver": actor.name, "what": NAMES[grant.role], "where": grant.where}
    mail = Mail(
        kind=action,
        to=grant.person,
        about=grant.person,
        version=version,
        programme_id=grant.programme_id,
        data=data,
    )
    post(session, mail, now=now)
