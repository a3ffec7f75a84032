"""Every state and command of a run is allowed or refused on purpose."""

from __future__ import annotations

import pytest

from peer_visits.allocation.states import RUN, RunCommand, RunState
from peer_visits.kernel.errors import Refused

Q, R, D, F, C = RunState.QUEUED, RunState.RUNNING, RunState.DONE, RunState.FAILED, RunState.CANCELLED
ALLOWED = {
    RunCommand.TAKE_UP: {Q: R, R: R},
    RunCommand.LET_GO: {R: Q},
    RunCommand.FINISH: {R: D},
    RunCommand.FAIL: {R: F},
    RunCommand.CANCEL: {Q: C, R: C},
    RunCommand.CHOOSE: {D: D},
    RunCommand.APPLY: {D: D},
}


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("command", RunCommand)
def test_every_cell(state: RunState, command: RunCommand) -> None:
    expected = ALLOWED[command].get(state)
    if expected is None:
        with pytest.raises(Refused):
            RUN.step(state, command)
    else:
        assert RUN.step(state, command) is expected
