"""What a report may hold of commitments: those whose people let everybody read them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from peer_visits.followup.commitments.queries import list_shown
from peer_visits.library.printing.values import CommitmentLine
from peer_visits.visits.models import Visit


def commitment_lines(session: Session, visit: Visit) -> tuple[CommitmentLine, ...]:
    """A visit's commitments as a report prints them; without a name where its person wants none."""
    return tuple(
        CommitmentLine(one.will_do, ", ".join(part for part in (one.name, one.organisation) if part))
        for one in list_shown(session, visit.id)
    )
