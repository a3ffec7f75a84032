"""States of an application and the commands that move it."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class ApplicationCommand(StrEnum):
    """What its applicant can do with it."""

    SAVE = "save"
    SUBMIT = "submit"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


APPLICATION = StateTable(
    steps={
        (ApplicationState.DRAFT, ApplicationCommand.SAVE): ApplicationState.DRAFT,
        (ApplicationState.SUBMITTED, ApplicationCommand.SAVE): ApplicationState.SUBMITTED,
        (ApplicationState.DRAFT, ApplicationCommand.SUBMIT): ApplicationState.SUBMITTED,
        (ApplicationState.SUBMITTED, ApplicationCommand.SUBMIT): ApplicationState.SUBMITTED,
        (ApplicationState.SUBMITTED, ApplicationCommand.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.DRAFT, ApplicationCommand.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.WITHDRAWN, ApplicationCommand.REOPEN): ApplicationState.DRAFT,
    },
    refusals={
        ApplicationCommand.SAVE: phrase("A withdrawn application cannot be changed. Start it again first."),
        ApplicationCommand.SUBMIT: phrase("A withdrawn application cannot be sent. Start it again first."),
        ApplicationCommand.REOPEN: phrase("Only a withdrawn application can be started again."),
        ApplicationCommand.WITHDRAW: phrase("This application has already been withdrawn."),
    },
)
