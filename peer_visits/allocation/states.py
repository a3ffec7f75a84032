"""States of an allocation run."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class RunState(StrEnum):
    """Where a run stands. What becomes of a done one (draft or applied) is a matter of its moments."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED})


class RunCommand(StrEnum):
    """What happens to a run: a worker takes it up, lets go of it, ends it; an organiser stops, chooses, applies it."""

    TAKE_UP = "take_up"
    LET_GO = "let_go"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"
    CHOOSE = "choose"
    APPLY = "apply"


RUN = StateTable(
    steps={
        (RunState.QUEUED, RunCommand.TAKE_UP): RunState.RUNNING,
        # Whoever worked at it is dead: its lease is over.
        (RunState.RUNNING, RunCommand.TAKE_UP): RunState.RUNNING,
        (RunState.RUNNING, RunCommand.LET_GO): RunState.QUEUED,
        (RunState.RUNNING, RunCommand.FINISH): RunState.DONE,
        (RunState.RUNNING, RunCommand.FAIL): RunState.FAILED,
        (RunState.QUEUED, RunCommand.CANCEL): RunState.CANCELLED,
        (RunState.RUNNING, RunCommand.CANCEL): RunState.CANCELLED,
        (RunState.DONE, RunCommand.CHOOSE): RunState.DONE,
        (RunState.DONE, RunCommand.APPLY): RunState.DONE,
    },
    refusals={
        RunCommand.TAKE_UP: phrase("This run is over."),
        RunCommand.LET_GO: phrase("Nobody works at this run."),
        RunCommand.FINISH: phrase("Nobody works at this run."),
        RunCommand.FAIL: phrase("Nobody works at this run."),
        RunCommand.CANCEL: phrase("This run is over; there is nothing to stop."),
        RunCommand.CHOOSE: phrase("Only a run with a result can be used for the decision."),
        RunCommand.APPLY: phrase("Only a run with a result can be carried out."),
    },
)
