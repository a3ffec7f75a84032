"""Where a commitment stands, why one is dropped, and who sees it."""

from __future__ import annotations

from enum import StrEnum


class CommitmentState(StrEnum):
    """What its person said last. Any answer may follow any other: people change their minds."""

    PROMISED = "promised"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


ANSWERS = (CommitmentState.DONE, CommitmentState.UNDER_WAY, CommitmentState.DROPPED)
# Nobody is asked again about these.
SETTLED = frozenset({CommitmentState.DONE, CommitmentState.DROPPED})


class DropReason(StrEnum):
    """Why something was dropped: few, so that a programme can count them."""

    TIME = "time"
    MONEY = "money"
    SUPPORT = "support"
    CONDITIONS = "conditions"
    MOVED_ON = "moved_on"
    BETTER = "better"
    OTHER = "other"


class Showing(StrEnum):
    """Who reads somebody's commitments beside the organisers: nobody, or everybody, with or without the name."""

    HIDDEN = "hidden"
    ANONYMOUS = "anonymous"
    NAMED = "named"


SHOWN = (Showing.ANONYMOUS, Showing.NAMED)
