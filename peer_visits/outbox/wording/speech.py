"""How a mail says dates, moments, numbers and fixed sentences in the language and the zone of whoever reads it.

Sentences that are not part of a text people can change (reasons, words inside a list) come from one catalogue for each
language, `templates/mail/words/<language>.po`, by their English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from peer_visits.kernel.text import Phrase
from peer_visits.paths import TEMPLATES

# The languages of the programme and its hosts. A mail in any other language is written in the first.
LANGUAGES = ("en", "fi", "fr", "hr", "hu", "it", "nl")
WORDS = TEMPLATES / "mail" / "words"
# Formats of the mail's language; plain "en" would print American dates.
_LOCALES = {"en": "en_IE"}
_BARE_FIRST = re.compile(r"\b1(?= )")


def known_language(language: str) -> str:
    """The language mails are written in for somebody who reads this one."""
    return language if language in LANGUAGES else LANGUAGES[0]


@dataclass(frozen=True)
class Speech:
    """A reader's language and zone."""

    language: str
    zone: str

    @property
    def locale(self) -> str:
        """The locale of dates and numbers."""
        return _LOCALES.get(self.language, self.language)

    @property
    def colon(self) -> str:
        """A colon; a French one has a blank before it, at which no line breaks."""
        return "\u00a0:" if self.language == "fr" else ":"

    def say(self, value: Any) -> str:
        """A phrase in the language, a date or a number as it is written there; other text as it is."""
        if isinstance(value, Phrase):
            return self._phrase(value)
        if isinstance(value, datetime):
            return self.moment(value, self.zone)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(format_decimal(value, locale=self.locale))
        return "" if value is None else str(value)

    def _phrase(self, value: Phrase) -> str:
        template = catalogue(self.language).get(value.template) or value.template
        # Numbers stay numbers: the sentence says how they are written.
        values = {
            name: part if isinstance(part, (int, float)) else self.say(part)
            for name, part in value.values.items()
        }
        return template % values if values else template

    def words(self, english: str, **values: Any) -> str:
        """One of our own sentences."""
        return self._phrase(Phrase(english, values))

    def day(self, value: date) -> str:
        """8 February 2021."""
        return self._first_of_month(str(format_date(value, "long", locale=self.locale)))

    def weekday(self, value: date) -> str:
        """Monday 8 February 2021."""
        return self._first_of_month(str(format_date(value, "full", locale=self.locale)))

    def days(self, first: date, last: date | None) -> str:
        """8 February 2021, or 8–12 February 2021: month and year are said once.

        Babel's own intervals shorten the month in most languages and fill days up with zeros in some.
        """
        begin, end = self.day(first).split(), self.day(last or first).split()
        if begin == end:
            return self.day(first)
        if begin[0].startswith(str(first.year)):
            end = end[_count_alike(begin, end) :]
            begin[-1] = begin[-1].rstrip(".") if len(end) == 1 else begin[-1]
        else:
            begin = begin[: len(begin) - _count_alike(begin[::-1], end[::-1])]
        dash = "–" if 1 in {len(begin), len(end)} else " – "
        return f"{' '.join(begin)}{dash}{' '.join(end)}"

    def _first_of_month(self, said: str) -> str:
        """1er mars: French alone counts the first day of a month differently, and Babel does not."""
        return _BARE_FIRST.sub("1er", said, count=1) if self.language == "fr" else said

    def hour(self, value: datetime, zone: str) -> str:
        """23:59 on a clock in the zone."""
        return str(format_time(value, "short", tzinfo=ZoneInfo(zone), locale=self.locale))

    def clock(self, value: datetime, zone: str) -> str:
        """Mon 8 Feb, 23:59, as a clock in the zone shows it."""
        day = format_skeleton("MMMEd", value, tzinfo=ZoneInfo(zone), locale=self.locale)
        return f"{self._first_of_month(str(day))}, {self.hour(value, zone)}"

    def city(self, zone: str) -> str:
        """Brussels: what people call a zone by."""
        if zone in {"UTC", "Etc/UTC"}:
            return "UTC"
        return str(get_timezone_location(ZoneInfo(zone), locale=self.locale, return_city=True))

    def moment(self, value: datetime, zone: str) -> str:
        """8 February 2021, 23:59 (Brussels, UTC+1); where the reader's clock differs, that too, with its zone."""
        there = f"{self.city(zone)}, {_offset(value, zone)}"
        if _offset(value, zone) != _offset(value, self.zone):
            there += f"; {self.city(self.zone)} {self._own_clock(value, zone)}"
        return f"{self.day(value.astimezone(ZoneInfo(zone)).date())}, {self.hour(value, zone)} ({there})"

    def _own_clock(self, value: datetime, zone: str) -> str:
        mine, there = (value.astimezone(ZoneInfo(one)).date() for one in (self.zone, zone))
        return self.hour(value, self.zone) if mine == there else self.clock(value, self.zone)


def _count_alike(some: Sequence[str], others: Sequence[str]) -> int:
    """How many of their first words are the same."""
    pairs = zip(some, others, strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _offset(value: datetime, zone: str) -> str:
    minutes = int((value.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


@cache
def catalogue(language: str) -> dict[str, str]:
    """The fixed sentences of a language by their English; none for English itself."""
    path = WORDS / f"{language}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    return {str(one.id): str(one.string) for one in entries if one.id and one.string}
