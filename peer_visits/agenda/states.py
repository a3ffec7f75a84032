"""Kinds of session."""

from __future__ import annotations

from enum import StrEnum


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
