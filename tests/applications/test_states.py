"""Every state and command of an application: allowed, or refused with a sentence."""

from __future__ import annotations

from itertools import product

import pytest

from peer_visits.applications.states import APPLICATION, ApplicationCommand, ApplicationState
from peer_visits.kernel.errors import Refused

D, S, W = ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN
ALLOWED = {
    (D, ApplicationCommand.SAVE): D,
    (D, ApplicationCommand.SUBMIT): S,
    (S, ApplicationCommand.SAVE): S,
    (S, ApplicationCommand.SUBMIT): S,
    (D, ApplicationCommand.WITHDRAW): W,
    (S, ApplicationCommand.WITHDRAW): W,
    (W, ApplicationCommand.REOPEN): D,
}


@pytest.mark.parametrize(("state", "command"), list(product(ApplicationState, ApplicationCommand)))
def test_every_cell(state: ApplicationState, command: ApplicationCommand) -> None:
    if (state, command) in ALLOWED:
        assert APPLICATION.step(state, command) is ALLOWED[state, command]
    else:
        with pytest.raises(Refused) as refused:
            APPLICATION.step(state, command)
        assert str(refused.value.reason)
