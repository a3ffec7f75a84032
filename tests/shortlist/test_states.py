"""Every step of a shortlist is either allowed or refused with a sentence."""

from __future__ import annotations

from itertools import product

import pytest

from peer_visits.kernel.errors import Refused
from peer_visits.shortlist.states import SHORTLIST, ShortlistCommand, ShortlistState

ALLOWED = {
    (ShortlistState.OPEN, ShortlistCommand.REVIEW): ShortlistState.OPEN,
    (ShortlistState.OPEN, ShortlistCommand.ORDER): ShortlistState.OPEN,
    (ShortlistState.OPEN, ShortlistCommand.REVEAL): ShortlistState.OPEN,
    (ShortlistState.OPEN, ShortlistCommand.HAND_OVER): ShortlistState.HANDED_OVER,
    (ShortlistState.HANDED_OVER, ShortlistCommand.REOPEN): ShortlistState.OPEN,
}


@pytest.mark.parametrize(("state", "command"), list(product(ShortlistState, ShortlistCommand)))
def test_every_cell(state: ShortlistState, command: ShortlistCommand) -> None:
    if (state, command) in ALLOWED:
        assert SHORTLIST.step(state, command) is ALLOWED[state, command]
    else:
        with pytest.raises(Refused) as refusal:
            SHORTLIST.step(state, command)
        assert refusal.value.reason is SHORTLIST.refusals[command]


def test_every_command_has_its_own_refusal() -> None:
    assert SHORTLIST.refusals.keys() == set(ShortlistCommand)
