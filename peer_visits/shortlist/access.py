"""Fetch what a host may read, and say who sees which review."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.kernel.errors import NotFound
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.queries import find_choice, list_reviews
from peer_visits.visits.models import Visit


def get_choice_for_host(session: Session, visit: Visit, choice_id: uuid.UUID) -> Choice:
    """A sent choice for a visit the host was already granted. Raises NotFound for any other visit's."""
    choice = find_choice(session, visit, choice_id)
    if choice is None:
        raise NotFound
    return choice


def list_visible_reviews(
    session: Session, choice_id: uuid.UUID, *, reader: Person, sees_team: bool
) -> Sequence[Review]:
    """Own reviews for a reviewer, the team's for whoever leads it."""
    reviews = list_reviews(session, choice_id)
    return [review for review in reviews if sees_team or review.reviewer_id == reader.id]
