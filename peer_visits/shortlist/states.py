"""What a host decides about a choice, and the state of its whole shortlist."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class Proposal(StrEnum):
    """Where the host puts a choice. Undecided choices have no entry."""

    SHORTLISTED = "shortlisted"
    RESERVE = "reserve"
    NOT_PROPOSED = "not_proposed"


class Recommendation(StrEnum):
    """What one reader advises."""

    SHORTLIST = "shortlist"
    RESERVE = "reserve"
    NO = "no"
    UNSURE = "unsure"


class ShortlistState(StrEnum):
    """Whether the host is still at work."""

    OPEN = "open"
    HANDED_OVER = "handed_over"


class ShortlistCommand(StrEnum):
    """What can be done with a shortlist."""

    REVIEW = "review"
    ORDER = "order"
    REVEAL = "reveal"
    HAND_OVER = "hand_over"
    REOPEN = "reopen"


class InvitationState(StrEnum):
    """What became of an invitation to a host team. One that is too old stays open and can be sent anew."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class ConflictState(StrEnum):
    """What stands about one reader and one application.

    `proposed` comes from data and waits for an answer; `lifted` is the organiser's word that there is none.
    """

    PROPOSED = "proposed"
    DECLARED = "declared"
    NONE = "none"
    LIFTED = "lifted"


class Signal(StrEnum):
    """Why a conflict of interest is proposed."""

    SAME_ORGANISATION = "same_organisation"
    SAME_MAIL_DOMAIN = "same_mail_domain"
    EARLIER_VISIT = "earlier_visit"


SHORTLIST = StateTable(
    steps={
        (ShortlistState.OPEN, ShortlistCommand.REVIEW): ShortlistState.OPEN,
        (ShortlistState.OPEN, ShortlistCommand.ORDER): ShortlistState.OPEN,
        (ShortlistState.OPEN, ShortlistCommand.REVEAL): ShortlistState.OPEN,
        (ShortlistState.OPEN, ShortlistCommand.HAND_OVER): ShortlistState.HANDED_OVER,
        (ShortlistState.HANDED_OVER, ShortlistCommand.REOPEN): ShortlistState.OPEN,
    },
    refusals={
        ShortlistCommand.REVIEW: phrase("The shortlist has been sent to the organiser; scores are closed."),
        ShortlistCommand.ORDER: phrase(
            "The shortlist has been sent to the organiser; ask them to reopen it."
        ),
        ShortlistCommand.REVEAL: phrase(
            "The shortlist has been sent to the organiser; names are shown already."
        ),
        ShortlistCommand.HAND_OVER: phrase("The shortlist has already been sent to the organiser."),
        ShortlistCommand.REOPEN: phrase("The shortlist is open already."),
    },
)
