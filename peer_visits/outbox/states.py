"""States of a message: one table of what may happen to it in which state."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class MessageState(StrEnum):
    """Where a message stands. `sending` with `handed_over_at` set means it may have left already."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


# What has not left for certain and can still be kept back.
WAITING = frozenset({MessageState.HELD, MessageState.QUEUED})


class HeldFor(StrEnum):
    """Why a message is held: a look at it, the programme's switch, or an address that bounced."""

    REVIEW = "review"
    SWITCH = "switch"
    ADDRESS = "address"


class MessageCommand(StrEnum):
    """What happens to a message. Claim to fail are the worker's, bounce the mail server's, the rest people's."""

    APPROVE = "approve"
    HOLD = "hold"
    EDIT = "edit"
    CLAIM = "claim"
    LET_GO = "let_go"
    SUCCEED = "succeed"
    FAIL = "fail"
    BOUNCE = "bounce"
    SEND_AGAIN = "send_again"
    WITHDRAW = "withdraw"
    REVIVE = "revive"


_HELD, _QUEUED, _SENDING = MessageState.HELD, MessageState.QUEUED, MessageState.SENDING

MESSAGE = StateTable(
    steps={
        (_HELD, MessageCommand.APPROVE): _QUEUED,
        (_QUEUED, MessageCommand.HOLD): _HELD,
        (_SENDING, MessageCommand.HOLD): _HELD,  # only what is not handed over yet
        (_HELD, MessageCommand.EDIT): _HELD,
        (_QUEUED, MessageCommand.CLAIM): _SENDING,
        (_SENDING, MessageCommand.LET_GO): _QUEUED,
        (_SENDING, MessageCommand.SUCCEED): MessageState.SENT,
        (_SENDING, MessageCommand.FAIL): MessageState.FAILED,
        (MessageState.SENT, MessageCommand.BOUNCE): MessageState.FAILED,
        (MessageState.FAILED, MessageCommand.SEND_AGAIN): _QUEUED,
        (_HELD, MessageCommand.WITHDRAW): MessageState.WITHDRAWN,
        (_QUEUED, MessageCommand.WITHDRAW): MessageState.WITHDRAWN,
        (_SENDING, MessageCommand.WITHDRAW): MessageState.WITHDRAWN,  # only what is not handed over yet
        (MessageState.WITHDRAWN, MessageCommand.REVIVE): _QUEUED,
    },
    refusals={
        MessageCommand.APPROVE: phrase("Only a mail that is held can be sent off."),
        MessageCommand.HOLD: phrase("This mail has left already."),
        MessageCommand.EDIT: phrase("Only a mail that is held can be changed."),
        MessageCommand.SEND_AGAIN: phrase("Only a mail that could not be delivered can be sent again."),
        MessageCommand.WITHDRAW: phrase("This mail has left already."),
    },
)


def states_for(command: MessageCommand) -> frozenset[MessageState]:
    """The states in which the command can be given: what a conditional update asks for."""
    return frozenset(state for state, known in MESSAGE.steps if known is command)
