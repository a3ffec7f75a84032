"""How a person can stand to the product: the coarse question asked before any view runs.

Whether it is *this* visit or *this* call is asked by the room's own `access.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.library.models import DocumentAuthor
from peer_visits.visits.models import HostMember


class Role(StrEnum):
    """A visitor has no account; every account is an applicant and may hold places."""

    VISITOR = "visitor"
    APPLICANT = "applicant"
    HOST = "host"
    AUTHOR = "author"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Relations:
    """The roles somebody has anywhere."""

    roles: frozenset[Role]

    def any_of(self, roles: frozenset[Role]) -> bool:
        """Whether one of these roles is held."""
        return bool(self.roles & roles)


def find_relations(session: Session, person: Person | None) -> Relations:
    """The roles of a person, in one statement; a visitor costs none."""
    if person is None:
        return Relations(frozenset({Role.VISITOR}))
    organises, hosts, writes = session.execute(
        select(
            exists().where(ProgrammeOrganiser.person_id == person.id),
            exists().where(HostMember.person_id == person.id),
            exists().where(DocumentAuthor.person_id == person.id),
        )
    ).one()
    held = {
        Role.APPLICANT: True,
        Role.ORGANISER: organises,
        Role.HOST: hosts,
        Role.AUTHOR: writes,
        Role.ADMINISTRATOR: person.is_administrator,
    }
    return Relations(frozenset(role for role, has in held.items() if has))
