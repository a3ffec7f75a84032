"""States of a comment on a report."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class CommentState(StrEnum):
    """Whether a comment still waits for an answer."""

    OPEN = "open"
    ANSWERED = "answered"


class CommentCommand(StrEnum):
    """A comment is answered once; who wants to go on comments again."""

    ANSWER = "answer"


COMMENT = StateTable(
    steps={(CommentState.OPEN, CommentCommand.ANSWER): CommentState.ANSWERED},
    refusals={CommentCommand.ANSWER: phrase("This comment has been answered already.")},
)
