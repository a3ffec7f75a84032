"""What every change of a call begins with."""

from __future__ import annotations

from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase


def check_changeable(call: Call) -> None:
    """Refuse what would change a call after its decision."""
    if call.state is CallState.ARCHIVED or call.decided_at:
        raise Refused(phrase("The call has been decided; it stays as it was."))


def check_visits_changeable(call: Call) -> None:
    """Refuse another number of visits once people may have chosen among them."""
    if call.state is not CallState.DRAFT:
        raise Refused(phrase("The call is public; visits can no longer be added or taken away."))
