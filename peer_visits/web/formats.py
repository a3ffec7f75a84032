"""How templates show dates, times with their zone, places, numbers, phrases and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_location
from babel.numbers import format_decimal
from flask import Flask, current_app, has_app_context, has_request_context
from flask_babel import get_locale, gettext, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

from peer_visits.kernel.text import Phrase
from peer_visits.markup import parse, to_html
from peer_visits.web.articles import as_html
from peer_visits.web.manifest import asset_url, load_manifest
from peer_visits.web.moment import request_time

FORMATTING = {"en": "en_IE"}  # plain "en" prints American dates
FALLBACK_ZONE = "Europe/Brussels"
PRELOADED = (
    "bricolage-grotesque-latin-wght-normal.woff2",
    "atkinson-hyperlegible-next-latin-wght-normal.woff2",
)
# Two figures with a dash between, after which browsers may end a line, and the month and year of two days.
_RANGE = re.compile(r"\d+–\d+(?: \w+ \d{4})?")
# ISO code by the tag the European institutions use, and back.
_EU_TAGS = {"GR": "EL", "GB": "UK"}
_ISO_CODES = {tag: code for code, tag in _EU_TAGS.items()}


def register(app: Flask) -> None:
    """Give the filters and helpers to every template."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(asset_url=asset_url, icon=icon, preloads=preloads)


def reader_locale() -> str:
    """The locale in which this reader's page is formatted."""
    return FORMATTING.get(_of_reader("language", "en"), "en_IE")


def reader_zone() -> str:
    """The zone of whoever reads: their own, or the installation's."""
    return _of_reader("time_zone", default_zone())


def default_zone() -> str:
    """The zone of this installation."""
    settings = current_app.extensions.get("settings") if has_app_context() else None
    return str(getattr(settings, "default_zone", FALLBACK_ZONE))


def _of_reader(attribute: str, default: str) -> str:
    if not has_request_context() or not getattr(current_user, "is_authenticated", False):
        return default
    return str(getattr(current_user, attribute, "") or default)


def _locale() -> Locale:
    return get_locale() or Locale.parse("en_IE")


# Days


def day(value: date | None) -> str:
    """18 May 2021; nothing for no date."""
    return format_date(value, "d MMMM y", locale=_locale()) if value else ""


def day_short(value: date | None) -> str:
    """18 May."""
    return format_date(value, "d MMM", locale=_locale()) if value else ""


def weekday(value: date | None) -> str:
    """Tuesday 18 May 2021."""
    return format_date(value, "EEEE d MMMM y", locale=_locale()) if value else ""


def weekday_short(value: date | None) -> str:
    """Tue 18 May."""
    return format_date(value, "EEE d MMM", locale=_locale()) if value else ""


def month(value: date | None) -> str:
    """May 2021, for what is known to the month only."""
    return format_date(value, "MMMM y", locale=_locale()) if value else ""


def day_range(first: date | None, last: date | None = None) -> str:
    """18–20 May 2021; one day if both are the same or only one is known."""
    if first is None or last is None or first == last:
        return day(first or last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    start = day(first) if first.year != last.year else format_date(first, "d MMMM", locale=_locale())
    return f"{start}\u00a0– {day(last)}"


# Moments: aware UTC inside, always shown with their zone


def moment(value: datetime | None, zone: str | None = None) -> str:
    """8 February 2021, 23:59 (Brussels, UTC+1)."""
    if value is None:
        return ""
    zone = zone or reader_zone()
    return f"{_wall(value, zone, 'd MMMM y, HH:mm')} ({zone_name(zone, value)})"


def clock(value: datetime, zone: str | None = None) -> str:
    """10:30, where the page names the zone once for all."""
    return _wall(value, zone or reader_zone(), "HH:mm")


def local_day(value: datetime, zone: str | None = None) -> date:
    """The day a calendar in the zone shows at this moment."""
    return value.astimezone(ZoneInfo(zone or reader_zone())).date()


def zone_name(zone: str, at: datetime | None = None) -> str:
    """Brussels; with a moment also its distance from UTC then: Brussels, UTC+1."""
    city = _city(zone)
    return f"{city}, {offset(zone, at)}" if at and city != "UTC" else city


def offset(zone: str, at: datetime) -> str:
    """UTC+1, UTC−3:30."""
    minutes = int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _city(zone: str) -> str:
    if zone in {"UTC", "Etc/UTC"}:
        return "UTC"
    return str(get_timezone_location(ZoneInfo(zone), locale=_locale(), return_city=True))


def _wall(value: datetime, zone: str, pattern: str) -> str:
    return str(format_datetime(value, pattern, tzinfo=ZoneInfo(zone), locale=_locale()))


def countdown(until: datetime) -> str:
    """6 days 4 h left, 3 h 20 min left, less than a minute left, or closed."""
    minutes = int((until - request_time()).total_seconds() // 60)
    if until <= request_time():
        return str(_("closed"))
    if minutes < 1:
        return str(_("less than a minute left"))
    return str(_("%(time)s left", time=duration(minutes)))


def duration(minutes: int) -> str:
    """2 days 4 h, 3 h 20 min, 45 min: the two largest parts."""
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = (
        ngettext("%(num)s day", "%(num)s days", days) if days else "",
        _("%(hours)s h", hours=hours) if hours else "",
        _("%(minutes)s min", minutes=rest) if rest or not (days or hours) else "",
    )
    return " ".join([part for part in parts if part][:2])


# Places, languages, numbers


def country(code: str | None) -> str:
    """The country's name; the code itself where it has none."""
    iso = _ISO_CODES.get(code or "", code or "")
    return str(_locale().territories.get(iso, iso))


def country_tag(code: str | None) -> str:
    """The two letters the European institutions use: EL for Greece, UK for the United Kingdom."""
    return _EU_TAGS.get(code or "", code or "")


def language(code: str | None) -> str:
    """The language's name; the code itself where it has none."""
    return str(_locale().languages.get(code or "", code or ""))


def number(value: float | None) -> str:
    """12,345."""
    return "" if value is None else str(format_decimal(value, locale=_locale()))


def ordinal(value: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    known = {1: _("1st"), 2: _("2nd"), 3: _("3rd")}
    return str(known.get(value) or _("%(number)sth", number=value))


def filesize(size: int) -> str:
    """640 bytes, 12 kB, 3.4 MB."""
    if size < 1000:
        return str(ngettext("%(num)s byte", "%(num)s bytes", size))
    if size < 999_500:
        return str(_("%(size)s kB", size=number(round(size / 1000))))
    return str(_("%(size)s MB", size=number(round(size / 1_000_000, 1))))


# Words


def say(value: Phrase | str | None) -> str:
    """A phrase in the reader's language; other text stays as it is."""
    if not isinstance(value, Phrase):
        return "" if value is None else str(value)
    return str(gettext(value.template, **{name: _spoken(part) for name, part in value.values.items()}))


def _spoken(part: Any) -> Any:
    if isinstance(part, datetime):
        return moment(part)
    if isinstance(part, date):
        return day(part)
    return say(part) if isinstance(part, Phrase) else part


# Markup: the only module that calls text safe


def markdown(text: str | None) -> Markup:
    """Markdown as HTML without raw HTML, pictures or foreign schemes; headings start at level 3."""
    return Markup(to_html(parse(text or "")))  # noqa: S704  # sanitised there


def article(text: str | None) -> Markup:
    """The text of a section as HTML, with tables; its headings start at level 3, and none is skipped."""
    return Markup(as_html(text or ""))  # noqa: S704  # sanitised there


def unbroken(text: str) -> Markup:
    """The same words; no line ends inside 18–20. Nothing invisible is put in that a copy would carry along."""
    return Markup(_RANGE.sub(r'<span class="unbroken">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped first


def icon(name: str) -> Markup:
    """An icon of the sprite, silent to screen readers: a word always stands beside it."""
    picture = Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>')
    return picture.format(asset_url("icons.svg"), name)


def preloads() -> list[str]:
    """Addresses of the fonts every page needs at once; none when nothing is built."""
    return [asset_url(name) for name in PRELOADED if name in load_manifest()]


FILTERS: dict[str, Callable[..., Any]] = {
    filter_.__name__: filter_
    for filter_ in (
        *(
            day,
            day_short,
            weekday,
            weekday_short,
            month,
            day_range,
            unbroken,
            moment,
            clock,
            local_day,
            zone_name,
            offset,
        ),
        *(
            countdown,
            duration,
            country,
            country_tag,
            language,
            number,
            ordinal,
            filesize,
            say,
            markdown,
            article,
        ),
    )
}
