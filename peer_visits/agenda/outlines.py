"""Whole agendas to begin with: sessions by day, start and length, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from peer_visits.agenda.states import SessionKind
from peer_visits.kernel.text import Phrase, phrase

K = SessionKind


@dataclass(frozen=True)
class Line:
    """One session of an outline: the day (from 0), when it begins, how many minutes it takes."""

    day: int
    start: time
    minutes: int
    kind: SessionKind
    title: Phrase

    def wall(self, first_day: date) -> datetime:
        """When it begins, for a visit that begins on this day."""
        return datetime.combine(first_day + timedelta(days=self.day), self.start)


@dataclass(frozen=True)
class Outline:
    """A whole agenda to begin with."""

    name: Phrase
    days: int
    lines: Sequence[Line]


def _lines(*rows: tuple[int, str, int, SessionKind, Phrase]) -> tuple[Line, ...]:
    return tuple(Line(day, time.fromisoformat(start), *rest) for day, start, *rest in rows)  # type: ignore[arg-type]


_WELCOME = phrase("Welcome and who is here")
_HOST = phrase("How we came to it: the host's story")
_BREAK = phrase("Break")
_TABLE = phrase("Participants introduce their cases")
_REVIEW = phrase("Peer review of participants' challenges")
_HOME = phrase("What I take home")
_VIDEO = phrase("A walk through the place, by video")
_EXPERT = phrase("Expert input")
_GROUPS = phrase("Groups: what would work at home, and what would not")

OUTLINES = {
    "online-3": Outline(
        phrase("Online, 3 days of 2 hours"),
        3,
        _lines(
            (0, "10:00", 20, K.WELCOME, _WELCOME),
            (0, "10:20", 40, K.HOST_INTRODUCTION, _HOST),
            (0, "11:10", 50, K.ROUND_TABLE, _TABLE),
            (1, "10:00", 60, K.VIDEO_VISIT, _VIDEO),
            (1, "11:10", 50, K.BREAKOUT, _GROUPS),
            (2, "10:00", 60, K.PEER_REVIEW, _REVIEW),
            (2, "11:10", 50, K.TRANSFER_PLANNING, _HOME),
        ),
    ),
    "online-5": Outline(
        phrase("Online, 5 days of 1½ hours"),
        5,
        _lines(
            (0, "10:00", 30, K.WELCOME, _WELCOME),
            (0, "10:30", 60, K.HOST_INTRODUCTION, _HOST),
            (1, "10:00", 60, K.VIDEO_VISIT, _VIDEO),
            (1, "11:00", 30, K.ROUND_TABLE, _TABLE),
            (2, "10:00", 45, K.EXPERT_INPUT, _EXPERT),
            (2, "10:45", 45, K.BREAKOUT, _GROUPS),
            (3, "10:00", 90, K.PEER_REVIEW, _REVIEW),
            (4, "10:00", 60, K.TRANSFER_PLANNING, _HOME),
            (4, "11:00", 30, K.SOCIAL, phrase("Goodbye, and how we stay in touch")),
        ),
    ),
    "onsite-3": Outline(
        phrase("On site, 3 days and 2 nights"),
        3,
        _lines(
            (0, "13:00", 60, K.WELCOME, _WELCOME),
            (0, "14:00", 60, K.HOST_INTRODUCTION, _HOST),
            (0, "15:00", 30, K.BREAK, _BREAK),
            (0, "15:30", 90, K.ROUND_TABLE, _TABLE),
            (0, "19:00", 120, K.SOCIAL, phrase("Dinner together")),
            (1, "09:00", 150, K.SITE_VISIT, phrase("Site visit in the morning")),
            (1, "12:30", 60, K.BREAK, phrase("Lunch")),
            (1, "13:30", 120, K.SITE_VISIT, phrase("Site visit in the afternoon")),
            (1, "16:00", 60, K.EXPERT_INPUT, _EXPERT),
            (1, "19:00", 120, K.SOCIAL, phrase("Dinner with people of the place")),
            (2, "09:00", 90, K.BREAKOUT, _GROUPS),
            (2, "10:30", 30, K.BREAK, _BREAK),
            (2, "11:00", 90, K.PEER_REVIEW, _REVIEW),
            (2, "12:30", 60, K.TRANSFER_PLANNING, _HOME),
        ),
    ),
}
