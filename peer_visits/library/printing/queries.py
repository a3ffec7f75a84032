"""Reads for the figures of a report."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind, PlaceState


@dataclass(frozen=True)
class Participants:
    """How many took part, by the code of their country and by the kind of their organisation; empty if not said."""

    countries: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        """How many there were."""
        return self.countries.total()


def count_participants(session: Session, visit_id: uuid.UUID) -> Participants:
    """Who took part in a visit, in one statement: as they applied, else as their account says."""
    country = func.coalesce(Application.country, Person.country, "")
    kind = func.coalesce(Application.organisation_kind, Person.organisation_kind, "")
    rows = session.execute(
        select(country, kind, func.count())
        .select_from(Place)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(Choice, Choice.id == Place.choice_id)
        .outerjoin(Application, Application.id == Choice.application_id)
        .where(
            Place.visit_id == visit_id,
            Place.kind == PlaceKind.PARTICIPANT,
            Place.state == PlaceState.ACCEPTED,
        )
        .group_by(country, kind)
    )
    found = Participants()
    for code, kind_code, number in rows:
        found.countries[code] += number
        found.kinds[str(kind_code)] += number
    return found
