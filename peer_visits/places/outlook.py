"""What the signed-in person holds and waits for, for any page that shows their applications."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from flask import g

from peer_visits.accounts.current import current_person
from peer_visits.places.models import Place
from peer_visits.places.queries import Waits, list_places_of_person, list_waits_of_person
from peer_visits.storage.transaction import reading


@dataclass(frozen=True)
class Outcomes:
    """Places and waiting lists by application."""

    places: Mapping[uuid.UUID, Sequence[Place]]
    waits: Mapping[uuid.UUID, Sequence[Waits]]

    def places_of(self, application_id: uuid.UUID) -> Sequence[Place]:
        """What came of an application, the latest first."""
        return self.places.get(application_id, ())

    def waits_of(self, application_id: uuid.UUID) -> Sequence[Waits]:
        """Where its person waits, the best wish first."""
        return self.waits.get(application_id, ())


def own_outcomes() -> Outcomes:
    """Read once a request, in two statements."""
    if "own_outcomes" not in g:
        person = current_person()
        places: dict[uuid.UUID, list[Place]] = {}
        for place in list_places_of_person(reading(), person.id):
            if place.choice:
                places.setdefault(place.choice.application_id, []).append(place)
        g.own_outcomes = Outcomes(places, list_waits_of_person(reading(), person.id))
    return cast(Outcomes, g.own_outcomes)
