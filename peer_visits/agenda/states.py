"""Kinds of session, what is known of a speaker's coming, and what can be looked for."""

from __future__ import annotations

from enum import StrEnum

from peer_visits.kernel.states import StateTable
from peer_visits.kernel.text import phrase


class SessionKind(StrEnum):
    """What a session is."""

    WELCOME = "welcome"
    HOST_INTRODUCTION = "host_introduction"
    SITE_VISIT = "site_visit"
    VIDEO_VISIT = "video_visit"
    EXPERT_INPUT = "expert_input"
    ROUND_TABLE = "round_table"
    BREAKOUT = "breakout"
    PEER_REVIEW = "peer_review"
    TRANSFER_PLANNING = "transfer_planning"
    SOCIAL = "social"
    BREAK = "break"


class SpeakerState(StrEnum):
    """Whether a speaker has been asked and what they said. `listed`: only named on the agenda."""

    LISTED = "listed"
    INVITED = "invited"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class NotedBy(StrEnum):
    """How it became known whether somebody was at a session: the host's list, or the code they typed themselves."""

    LIST = "list"
    CODE = "code"


class SpeakerCommand(StrEnum):
    """What can be done about a speaker's coming. An answer can be changed until the link is withdrawn."""

    INVITE = "invite"
    CONFIRM = "confirm"
    DECLINE = "decline"


_ASKED = (SpeakerState.INVITED, SpeakerState.CONFIRMED, SpeakerState.DECLINED)

SPEAKER = StateTable(
    steps={
        (SpeakerState.LISTED, SpeakerCommand.INVITE): SpeakerState.INVITED,
        (SpeakerState.INVITED, SpeakerCommand.INVITE): SpeakerState.INVITED,
        (SpeakerState.DECLINED, SpeakerCommand.INVITE): SpeakerState.INVITED,
        **{(state, SpeakerCommand.CONFIRM): SpeakerState.CONFIRMED for state in _ASKED},
        **{(state, SpeakerCommand.DECLINE): SpeakerState.DECLINED for state in _ASKED},
    },
    refusals={
        SpeakerCommand.INVITE: phrase("This speaker has confirmed already."),
        SpeakerCommand.CONFIRM: phrase("This speaker has not been invited."),
        SpeakerCommand.DECLINE: phrase("This speaker has not been invited."),
    },
)


class SearchKind(StrEnum):
    """What is looked for: times for sessions that have none, or breakout groups."""

    TIMES = "times"
    GROUPS = "groups"
