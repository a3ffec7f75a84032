"""The table of a message's states, cell by cell: what is not named here is refused."""

from __future__ import annotations

import pytest

from peer_visits.kernel.errors import Refused
from peer_visits.outbox.states import MESSAGE, MessageCommand, MessageState, states_for

H, Q, S, T, F, W = MessageState
C = MessageCommand
ALLOWED = {
    (H, C.APPROVE): Q,
    (H, C.EDIT): H,
    (H, C.WITHDRAW): W,
    (Q, C.HOLD): H,
    (Q, C.CLAIM): S,
    (Q, C.WITHDRAW): W,
    (S, C.HOLD): H,
    (S, C.LET_GO): Q,
    (S, C.SUCCEED): T,
    (S, C.FAIL): F,
    (S, C.WITHDRAW): W,
    (T, C.BOUNCE): F,
    (F, C.SEND_AGAIN): Q,
    (W, C.REVIVE): Q,
}


@pytest.mark.parametrize("command", MessageCommand)
@pytest.mark.parametrize("state", MessageState)
def test_every_cell(state: MessageState, command: MessageCommand) -> None:
    after = ALLOWED.get((state, command))
    assert MESSAGE.allows(state, command) is (after is not None)
    if after is None:
        with pytest.raises(Refused):
            MESSAGE.step(state, command)
    else:
        assert MESSAGE.step(state, command) is after


@pytest.mark.parametrize("command", MessageCommand)
def test_a_conditional_update_asks_for_the_same_states(command: MessageCommand) -> None:
    assert states_for(command) == {state for state, known in ALLOWED if known is command}


def test_only_a_revived_mail_leaves_the_end() -> None:
    """Sent and withdrawn are ends, but for a bounce and for a reason that became true again."""
    left = {(state, command) for state, command in MESSAGE.steps if state in {T, W}}
    assert left == {(T, C.BOUNCE), (W, C.REVIVE)}
