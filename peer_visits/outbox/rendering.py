"""A kind of mail and its data as subject, text and HTML, without Flask: one way for every mail there is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from peer_visits.kernel.text import without_marks
from peer_visits.outbox.recipients import Recipient
from peer_visits.outbox.wording.definition import Data, Wording, Wordings, Words, look_up
from peer_visits.outbox.wording.filling import LONGEST_SUBJECT, Filled, fill
from peer_visits.outbox.wording.speech import Speech, known_language
from peer_visits.paths import TEMPLATES

# The pattern of what is about no visit and no call.
OWN_PATTERN = "peer-visits"
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
    wordings: Wordings = field(default_factory=dict, repr=False)

    @property
    def domain(self) -> str:
        """The domain of the sender, for Message-IDs: never a host name of ours."""
        return self.sender_address.rsplit("@", 1)[-1]

    @property
    def sender_address(self) -> str:
        """The bare address of the sender."""
        return self.sender.rsplit("<", 1)[-1].rstrip(">")


def fill_words(
    wording: Wording, words: Words, settings: MailSettings, *, language: str, person: Recipient, data: Data
) -> Filled:
    """The words of one mail, without the sheet around them."""
    context = {**data, "person": person, "public_url": settings.public_url, "product": settings.product}
    return fill(wording, words, context, Speech(known_language(language), str(person.time_zone)))


def render_mail(
    wording: Wording,
    words: Words,
    settings: MailSettings,
    *,
    language: str,
    person: Recipient,
    leave_url: str,
    data: Data,
) -> Rendered:
    """The whole mail: the words in both parts, the pattern on top, and the foot."""
    filled = fill_words(wording, words, settings, language=language, person=person, data=data)
    slug = (look_up(data, wording.band) if wording.band else "") or OWN_PATTERN
    subject = _marked(filled.subject, data, language)
    band = f"{settings.public_url}/share/{slug}.png?shape=band"
    sheet = {
        **_shared(settings, Speech(known_language(language), "UTC")),
        "subject": subject,
        "band": band,
        "leave_url": leave_url,
    }
    html = _environment().get_template("mail/sheet.html").render(sheet, body=filled.html)
    foot = _environment().get_template("mail/foot.txt").render(sheet)
    return Rendered(subject, f"{filled.text}\n\n{foot.strip()}\n", _inliner.inline(html))


def _marked(subject: str, data: Data, language: str) -> str:
    """The subject, marked if the mail cannot wait: whatever own words a programme has given it."""
    if not data.get("is_urgent"):
        return subject
    return f"{Speech(known_language(language), 'UTC').words('Urgent')}: {subject}"[:LONGEST_SUBJECT]


def _shared(settings: MailSettings, speech: Speech) -> dict[str, Any]:
    return {
        "public_url": settings.public_url,
        "product": settings.product,
        "language": speech.language,
        "t": speech.words,
    }


@dataclass(frozen=True)
class Line:
    """A line of a text that somebody wrote; a link of ours stands alone on its line."""

    text: str
    is_link: bool


def render_edited(settings: MailSettings, subject: str, text: str, *, band: str, language: str = "en") -> str:
    """The HTML part of a mail whose text somebody wrote; `band` is the address of the picture it had."""
    paragraphs = [
        [Line(line, _is_link(line, settings)) for line in block.strip("\n").split("\n")]
        for block in re.split(r"\n\s*\n", text.strip())
    ]
    shared = _shared(settings, Speech(known_language(language), "UTC"))
    html = _environment().get_template("mail/edited.html")
    return _inliner.inline(html.render(shared, subject=subject, paragraphs=paragraphs, band=band))


def _is_link(line: str, settings: MailSettings) -> bool:
    """Only addresses of ours become links: nobody hides another one behind our name."""
    return line.startswith(f"{settings.public_url}/") and " " not in line


def one_line(subject: str) -> str:
    """A subject that somebody wrote, as a header can carry it."""
    return " ".join(without_marks(subject).split())[:LONGEST_SUBJECT]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
