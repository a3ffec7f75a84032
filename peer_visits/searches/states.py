"""Where a search stands."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class SearchState(StrEnum):
    """Where a search stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


LIVE = frozenset({SearchState.WAITING, SearchState.WORKING})


class SearchCommand(StrEnum):
    """Somebody asks, or asks anew; a worker takes it up, lets go of it, ends it."""

    ASK = "ask"
    TAKE_UP = "take_up"
    LET_GO = "let_go"
    FINISH = "finish"
    FAIL = "fail"


_NOBODY_WORKS = phrase("Nobody works at this search.")

SEARCH = StateTable(
    steps={
        **{(state, SearchCommand.ASK): SearchState.WAITING for state in SearchState},
        (SearchState.WAITING, SearchCommand.TAKE_UP): SearchState.WORKING,
        # Whoever worked at it is dead: its lease is over.
        (SearchState.WORKING, SearchCommand.TAKE_UP): SearchState.WORKING,
        (SearchState.WORKING, SearchCommand.LET_GO): SearchState.WAITING,
        (SearchState.WORKING, SearchCommand.FINISH): SearchState.DONE,
        (SearchState.WORKING, SearchCommand.FAIL): SearchState.FAILED,
    },
    refusals={
        SearchCommand.ASK: phrase("This cannot be looked for now."),
        SearchCommand.TAKE_UP: phrase("This search is over."),
        SearchCommand.LET_GO: _NOBODY_WORKS,
        SearchCommand.FINISH: _NOBODY_WORKS,
        SearchCommand.FAIL: _NOBODY_WORKS,
    },
)
