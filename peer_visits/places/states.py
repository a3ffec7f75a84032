"""States of a place and of a position on the waiting list."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class PlaceState(StrEnum):
    """Where a place stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


LIVE = frozenset({PlaceState.OFFERED, PlaceState.ACCEPTED})


class PlaceCommand(StrEnum):
    """What happens to a place: the person answers or gives up, the organiser withdraws or cancels, time passes.

    A place is given on when its person accepts a better one in exchange.
    """

    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    GIVE_UP = "give_up"
    GIVE_ON = "give_on"
    WITHDRAW_OFFER = "withdraw_offer"
    CANCEL = "cancel"


PLACE = StateTable(
    steps={
        (PlaceState.OFFERED, PlaceCommand.ACCEPT): PlaceState.ACCEPTED,
        (PlaceState.OFFERED, PlaceCommand.DECLINE): PlaceState.DECLINED,
        (PlaceState.OFFERED, PlaceCommand.LAPSE): PlaceState.LAPSED,
        (PlaceState.OFFERED, PlaceCommand.WITHDRAW_OFFER): PlaceState.WITHDRAWN,
        (PlaceState.ACCEPTED, PlaceCommand.GIVE_UP): PlaceState.WITHDRAWN,
        (PlaceState.OFFERED, PlaceCommand.GIVE_ON): PlaceState.WITHDRAWN,
        (PlaceState.ACCEPTED, PlaceCommand.GIVE_ON): PlaceState.WITHDRAWN,
        (PlaceState.ACCEPTED, PlaceCommand.CANCEL): PlaceState.CANCELLED,
    },
    refusals={
        PlaceCommand.ACCEPT: phrase("This offer can no longer be accepted."),
        PlaceCommand.DECLINE: phrase("This offer can no longer be declined."),
        PlaceCommand.LAPSE: phrase("Only an open offer can lapse."),
        PlaceCommand.GIVE_UP: phrase("Only an accepted place can be given up."),
        PlaceCommand.GIVE_ON: phrase("Only a place that is held can be given on."),
        PlaceCommand.WITHDRAW_OFFER: phrase("Only an open offer can be withdrawn."),
        PlaceCommand.CANCEL: phrase("Only an accepted place can be cancelled."),
    },
)


class PlaceKind(StrEnum):
    """Whose place it is. All but participants are marked: outside capacity and caps, and in every list."""

    PARTICIPANT = "participant"
    HOST_GUEST = "host_guest"
    FELLOW_HOST = "fellow_host"
    SPEAKER = "speaker"


MARKED = frozenset(PlaceKind) - {PlaceKind.PARTICIPANT}


class WaitingState(StrEnum):
    """Whether a person still waits."""

    WAITING = "waiting"
    PROMOTED = "promoted"
    LEFT = "left"
