"""States of a group mail, and whom it can be for."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class GroupState(StrEnum):
    """Where a group mail stands. What became of each mail of it is in the outbox."""

    DRAFT = "draft"
    SENT = "sent"


class GroupCommand(StrEnum):
    """What an organiser does with it."""

    SAVE = "save"
    SEND = "send"


GROUP = StateTable(
    steps={
        (GroupState.DRAFT, GroupCommand.SAVE): GroupState.DRAFT,
        (GroupState.DRAFT, GroupCommand.SEND): GroupState.SENT,
    },
    refusals={
        GroupCommand.SAVE: phrase("This group mail was sent; its words stay as they are."),
        GroupCommand.SEND: phrase("This group mail was sent already, once to each person."),
    },
)


class Audience(StrEnum):
    """Whom a group mail is for."""

    APPLICANTS = "applicants"
    PARTICIPANTS = "participants"
    WAITING = "waiting"
    HOSTS = "hosts"
