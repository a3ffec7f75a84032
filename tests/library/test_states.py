"""Every state of a document with every command: allowed, or refused with the command's own sentence."""

from __future__ import annotations

from itertools import product

import pytest

from peer_visits.kernel.errors import Refused
from peer_visits.library.states import DOCUMENT, DocumentCommand, DocumentState

CELLS = list(product(DocumentState, DocumentCommand))
ALLOWED = {
    ("owed", "save"): "draft",
    ("owed", "take_in"): "published",
    ("draft", "save"): "draft",
    ("draft", "send_in"): "in_review",
    ("in_review", "return"): "draft",
    ("in_review", "publish"): "published",
    ("published", "supersede"): "superseded",
}


@pytest.mark.parametrize(("state", "command"), CELLS)
def test_every_cell_is_allowed_or_refused(state: DocumentState, command: DocumentCommand) -> None:
    expected = ALLOWED.get((state.value, command.value))
    assert DOCUMENT.allows(state, command) == (expected is not None)
    if expected:
        assert DOCUMENT.step(state, command) == expected
        return
    with pytest.raises(Refused) as refused:
        DOCUMENT.step(state, command)
    assert refused.value.reason == DOCUMENT.refusals[command]
