"""What the signed-in person holds and waits for, for any page that shows their applications."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from flask import g

from peer_visits.accounts.current import current_person
from peer_visits.places.models import Place
from peer_visits.places.queries import (
    Waits,
    Why,
    list_places_of_person,
    list_reasons_of_person,
    list_waits_of_person,
)
from peer_visits.places.rules import is_worth_waiting
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading
from peer_visits.web.moment import request_time


@dataclass(frozen=True)
class Outcomes:
    """Places and waiting lists by application, as far as they are known."""

    places: Mapping[uuid.UUID, Sequence[Place]]
    waits: Mapping[uuid.UUID, Sequence[Waits]]
    reasons: Mapping[uuid.UUID, Sequence[Why]]

    def places_of(self, application_id: uuid.UUID) -> Sequence[Place]:
        """What came of an application, the latest first."""
        return self.places.get(application_id, ())

    def reasons_of(self, application_id: uuid.UUID) -> Sequence[Why]:
        """Why each choice was given or not, the best wish first."""
        return self.reasons.get(application_id, ())

    def waits_of(self, application_id: uuid.UUID) -> Sequence[Waits]:
        """Where its person waits and may still be offered something, the best wish first."""
        accepted = [
            place.choice.rank
            for place in self.places_of(application_id)
            if place.choice and place.state is PlaceState.ACCEPTED
        ]
        return [one for one in self.waits.get(application_id, ()) if _is_worth(one, accepted)]


def _is_worth(wait: Waits, accepted: Sequence[int]) -> bool:
    call = wait.visit.call
    return is_worth_waiting(
        wait.rank, accepted, limit=call.places_per_person, upgrade_chain=call.upgrade_chain
    )


def own_outcomes() -> Outcomes:
    """Read once a request, in three statements."""
    if "own_outcomes" not in g:
        person = current_person()
        places: dict[uuid.UUID, list[Place]] = {}
        for place in list_places_of_person(reading(), person.id, now=request_time()):
            if place.choice:
                places.setdefault(place.choice.application_id, []).append(place)
        now = request_time()
        g.own_outcomes = Outcomes(
            places,
            list_waits_of_person(reading(), person.id, now=now),
            list_reasons_of_person(reading(), person.id, now=now),
        )
    return cast(Outcomes, g.own_outcomes)
