"""Kinds of session, what is known of a speaker's coming, and where a search for times or groups stands."""

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


class SearchState(StrEnum):
    """Where a search stands."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


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
