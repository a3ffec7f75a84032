"""Which days of the week a country does not work, as the Unicode locale data (CLDR) tells."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError

from peer_visits.accounts.models import Person
from peer_visits.places.rules import Clock

_SATURDAY, _SUNDAY = 5, 6


@cache
def weekend_of(country: str | None) -> frozenset[int]:
    """Days of the week, Monday as 0; Saturday and Sunday where nothing else is known."""
    try:
        locale = Locale.parse(f"und_{country}") if country else None
    except (UnknownLocaleError, ValueError):
        locale = None
    first, last = (locale.weekend_start, locale.weekend_end) if locale else (_SATURDAY, _SUNDAY)
    return frozenset((first + day) % 7 for day in range((last - first) % 7 + 1))


def clock_of(person: Person) -> Clock:
    """By which clock and calendar a person lives."""
    return Clock(person.time_zone, weekend_of(person.country))
