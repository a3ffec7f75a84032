"""Passages the organiser has taken out of what hosts read."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.shortlist.models import Redaction


def list_redactions(session: Session, application_id: uuid.UUID) -> Sequence[Redaction]:
    """The passages taken out of one application, the first first."""
    query = (
        select(Redaction)
        .where(Redaction.application_id == application_id)
        .order_by(Redaction.created_at, Redaction.id)
    )
    return session.scalars(query).all()


def list_passages(
    session: Session, application_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[str]]:
    """The same for many applications, by application, in one statement."""
    query = select(Redaction.application_id, Redaction.passage).where(
        Redaction.application_id.in_(application_ids)
    )
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for application_id, passage in session.execute(query):
        found[application_id].append(passage)
    return found
