"""Every state and command of a place: allowed as the table says, refused otherwise."""

from __future__ import annotations

from itertools import product

import pytest

from peer_visits.kernel.errors import Refused
from peer_visits.places.states import LIVE, PLACE, PlaceCommand, PlaceState

ALLOWED = {
    (PlaceState.OFFERED, PlaceCommand.ACCEPT): PlaceState.ACCEPTED,
    (PlaceState.OFFERED, PlaceCommand.DECLINE): PlaceState.DECLINED,
    (PlaceState.OFFERED, PlaceCommand.LAPSE): PlaceState.LAPSED,
    (PlaceState.OFFERED, PlaceCommand.WITHDRAW_OFFER): PlaceState.WITHDRAWN,
    (PlaceState.ACCEPTED, PlaceCommand.GIVE_UP): PlaceState.WITHDRAWN,
    (PlaceState.OFFERED, PlaceCommand.GIVE_ON): PlaceState.WITHDRAWN,
    (PlaceState.ACCEPTED, PlaceCommand.GIVE_ON): PlaceState.WITHDRAWN,
    (PlaceState.ACCEPTED, PlaceCommand.CANCEL): PlaceState.CANCELLED,
}


@pytest.mark.parametrize(("state", "command"), list(product(PlaceState, PlaceCommand)))
def test_every_cell(state: PlaceState, command: PlaceCommand) -> None:
    if (state, command) in ALLOWED:
        assert PLACE.step(state, command) is ALLOWED[state, command]
        return
    with pytest.raises(Refused) as refusal:
        PLACE.step(state, command)
    assert refusal.value.reason == PLACE.refusals[command]


def test_a_live_place_is_left_by_every_step_but_accepting() -> None:
    assert {after for (_state, command), after in ALLOWED.items() if after in LIVE} == {PlaceState.ACCEPTED}
