"""What a written report is made of: the sections offered from experience, and the measures of what is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from peer_visits.kernel.text import Phrase, phrase

MOST_SECTIONS = 30
LONGEST_HEADING = 200
LONGEST_COMMENT = 2000


@dataclass(frozen=True)
class OfferedSection:
    """A section that reports of visits have had good use for, and what belongs into it."""

    key: str
    heading: Phrase
    hint: Phrase


OFFERED = (
    OfferedSection(
        "focus",
        phrase("Focus of the visit"),
        phrase("Which question the visit was about, and why the hosts and the guests ask it now."),
    ),
    OfferedSection(
        "practice",
        phrase("The practice in a nutshell"),
        phrase(
            "What was shown: who does what, with whom, since when, for how much money, and what has come of it."
        ),
    ),
    OfferedSection(
        "context",
        phrase("Context"),
        phrase("What somebody from elsewhere must know about the place, its laws and its institutions."),
    ),
    OfferedSection(
        "discussed",
        phrase("What was discussed"),
        phrase("The questions the guests asked, the answers, and where people did not agree."),
    ),
    OfferedSection(
        "lessons",
        phrase("Lessons"),
        phrase("What others can take from it, each lesson as one sentence with its reason."),
    ),
    OfferedSection(
        "conditions",
        phrase("Conditions for transfer"),
        phrase("What has to be there for it to work elsewhere, and what would have to be done differently."),
    ),
    OfferedSection(
        "sources",
        phrase("Sources"),
        phrase("Documents, addresses and people to ask, so that readers can go on."),
    ),
)
HINTS = {one.key: one.hint for one in OFFERED}


def count_words(text: str) -> int:
    """How many words a text has, by its blanks."""
    return len(text.split())


def is_anything_written(texts: Iterable[str]) -> bool:
    """Whether one of the sections says something."""
    return any(text.strip() for text in texts)
