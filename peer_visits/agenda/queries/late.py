"""What was changed at short notice and still matters: for the banner on everybody's pages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.agenda.late import SHORT_NOTICE, late_changes, still_matters
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.releases import ChangedItem, changes_between


def list_late_changes(session: Session, visit_id: uuid.UUID, now: datetime) -> Sequence[ChangedItem]:
    """The latest such change of each session, by time, in one statement. A first release changes nothing."""
    lately = select(func.min(AgendaRelease.number)).where(
        AgendaRelease.visit_id == visit_id, AgendaRelease.published_at > now - SHORT_NOTICE
    )
    query = (
        select(AgendaRelease)
        .where(AgendaRelease.visit_id == visit_id, AgendaRelease.number >= lately.scalar_subquery() - 1)
        .order_by(AgendaRelease.number)
    )
    found: dict[str, ChangedItem] = {}
    for before, release in pairwise(session.scalars(query).all()):
        changes = changes_between(before, release.content)
        for one in changes:
            found.pop(one.item["id"], None)
        found |= {one.item["id"]: one for one in late_changes(changes, release.published_at)}
    return sorted((one for one in found.values() if still_matters(one, now)), key=lambda one: one.starts_at)
