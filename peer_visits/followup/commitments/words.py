"""States, reasons and showing in words for pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from peer_visits.followup.commitments.states import CommitmentState, DropReason, Showing

STATES: dict[CommitmentState, Any] = {
    CommitmentState.DONE: _l("Done"),
    CommitmentState.UNDER_WAY: _l("Under way"),
    CommitmentState.DROPPED: _l("Dropped"),
    CommitmentState.PROMISED: _l("No answer yet"),
}
REASONS: dict[DropReason, Any] = {
    DropReason.TIME: _l("No time for it"),
    DropReason.MONEY: _l("No money for it"),
    DropReason.SUPPORT: _l("No support from superiors, council or partners"),
    DropReason.CONDITIONS: _l("It does not fit our conditions"),
    DropReason.MOVED_ON: _l("I, or the people it needs, have another job now"),
    DropReason.BETTER: _l("We found a better way"),
    DropReason.OTHER: _l("Another reason"),
}
SHOWING: dict[Showing, Any] = {
    Showing.HIDDEN: _l("Only the organisers of the programme"),
    Showing.ANONYMOUS: _l("Everybody, without my name and organisation"),
    Showing.NAMED: _l("Everybody, with my name, organisation and country"),
}
