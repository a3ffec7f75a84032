"""The group so far: its mix, and where it is over the caps of its call."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.shortlist.identity import number_of_organisation
from peer_visits.shortlist.rules import count_mix, over_cap


@dataclass(frozen=True)
class Excess:
    """By how many a group is over a call's caps, where it is."""

    countries: dict[str, int]
    organisations: dict[str, int]

    @property
    def total(self) -> int:
        """How many people too many, counted cap by cap."""
        return sum(self.countries.values()) + sum(self.organisations.values())


@dataclass(frozen=True)
class Group:
    """The shortlisted so far: how many, from which countries, kinds of organisation and organisations."""

    size: int
    countries: dict[str, int]
    kinds: dict[OrganisationKind | None, int]
    # Only those that more than one person comes from.
    organisations: dict[str, int]

    def excess(self, call: Call) -> Excess:
        """Where it is over the caps of the call."""
        return Excess(
            over_cap(self.countries, call.most_per_country),
            over_cap(self.organisations, call.most_per_organisation),
        )


def find_group(session: Session, choice_ids: Iterable[uuid.UUID], *, hidden: bool = False) -> Group:
    """The mix of these choices' people, in one statement; organisations by a number while names are hidden."""
    query = (
        select(Person.country, Person.organisation_kind, Person.organisation)
        .select_from(Choice)
        .join(Choice.application)
        .join(Person, Person.id == Application.person_id)
        .where(Choice.id.in_(list(choice_ids)), Choice.is_sent)
    )
    people = session.execute(query).all()
    return Group(
        len(people),
        count_mix(country or "" for country, _kind, _organisation in people),
        count_mix(kind for _country, kind, _organisation in people),
        _shared(sorted(organisation for _country, _kind, organisation in people), hidden=hidden),
    )


def _shared(organisations: Iterable[str], *, hidden: bool) -> dict[str, int]:
    shared = {
        name: count for name, count in count_mix(organisations, alike=True).items() if name and count > 1
    }
    if not hidden:
        return shared
    return {number_of_organisation(at): count for at, count in enumerate(shared.values(), start=1)}
