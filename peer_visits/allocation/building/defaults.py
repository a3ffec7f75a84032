"""What a run of a call begins with, from its caps, its visits and the kinds of organisation that applied."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.allocation.settings import RunSettings, default_settings
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.visits.models import Visit


def default_settings_of(session: Session, call: Call, visits: Sequence[Visit]) -> RunSettings:
    """The usual rules, with the caps of the call where it has them."""
    rows = session.execute(
        select(Application.organisation_kind, func.count())
        .where(Application.call_id == call.id, Application.state == ApplicationState.SUBMITTED)
        .group_by(Application.organisation_kind)
    )
    return default_settings(
        [visit.capacity for visit in visits],
        {str(kind): number for kind, number in rows if kind},
        most_per_country=call.most_per_country,
        most_per_organisation=call.most_per_organisation,
    )
