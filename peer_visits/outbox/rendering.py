"""Turning a kind of mail and its data into subject, text and HTML, without Flask."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from babel.dates import format_date, format_datetime, get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from peer_visits.kernel.text import without_marks
from peer_visits.paths import TEMPLATES

# Formats of the mail's language; plain "en" would print American dates.
_LOCALES = {"en": "en_IE"}
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Rendered:
    """The parts of one mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class MailSettings:
    """What every mail of this installation shares."""

    public_url: str
    sender: str
    secret: str = ""
    bounce_address: str = ""
    product: str = "Peer Visits"

    @property
    def domain(self) -> str:
        """The domain of the sender, for Message-IDs: never a host name of ours."""
        return self.sender_address.rsplit("@", 1)[-1]

    @property
    def sender_address(self) -> str:
        """The bare address of the sender."""
        return self.sender.rsplit("<", 1)[-1].rstrip(">")


def render_mail(kind: str, settings: MailSettings, *, language: str, **data: Any) -> Rendered:
    """Render `templates/mail/<kind>.txt` (block `subject` and text) and `.html` with the same data."""
    environment = _environment(_LOCALES.get(language, "en_IE"))
    name = kind.replace(".", "_")
    context = {**data, "public_url": settings.public_url, "product": settings.product}
    text = environment.get_template(f"mail/{name}.txt")
    subject = "".join(text.blocks["subject"](text.new_context(context)))
    html = environment.get_template(f"mail/{name}.html").render(context, subject=_one_line(subject))
    return Rendered(_one_line(subject), text.render(context).strip() + "\n", _inliner.inline(html))


@dataclass(frozen=True)
class Line:
    """A line of a text that somebody wrote; a link of ours stands alone on its line."""

    text: str
    is_link: bool


def render_edited(settings: MailSettings, subject: str, text: str, *, band: str) -> str:
    """The HTML part of a mail whose text somebody wrote; `band` is the address of the picture it had."""
    paragraphs = [
        [Line(line, _is_link(line, settings)) for line in block.strip("\n").split("\n")]
        for block in re.split(r"\n\s*\n", text.strip())
    ]
    html = _environment("en_IE").get_template("mail/_edited.html")
    context = {"public_url": settings.public_url, "product": settings.product, "subject": subject}
    return _inliner.inline(html.render(context, paragraphs=paragraphs, band=band))


def _is_link(line: str, settings: MailSettings) -> bool:
    """Only addresses of ours become links: nobody hides another one behind our name."""
    return line.startswith(f"{settings.public_url}/") and " " not in line


def _one_line(subject: str) -> str:
    return " ".join(without_marks(subject).split())[:250]


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= _filters(locale)
    return environment


def _filters(locale: str) -> dict[str, Callable[..., str]]:
    def day(value: date) -> str:
        return format_date(value, "d MMMM y", locale=locale)

    def moment(value: datetime, zone: str) -> str:
        there = value.astimezone(ZoneInfo(zone))
        city = get_timezone_name(there, width="short", locale=locale)
        return f"{format_datetime(there, 'd MMMM y, HH:mm', tzinfo=ZoneInfo(zone), locale=locale)} ({zone}, {city})"

    def clock(value: datetime, zone: str) -> str:
        return format_datetime(value, "EEE d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=locale)

    def hour(value: datetime, zone: str) -> str:
        return format_datetime(value, "HH:mm", tzinfo=ZoneInfo(zone), locale=locale)

    def weekday(value: date) -> str:
        return format_date(value, "EEEE d MMMM y", locale=locale)

    return {"day": day, "moment": moment, "clock": clock, "hour": hour, "weekday": weekday}
