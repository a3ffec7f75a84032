"""What is missing before a call can be published, and what may still change after. Plain values only."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Protocol

from peer_visits.kernel.text import Phrase, fold, phrase
from peer_visits.questions.building import missing_words
from peer_visits.questions.definition import Asked

LONGEST_SLUG = 60
# A new call opens in two weeks and stays open for four, until somebody says otherwise.
OPENS_AFTER, STAYS_OPEN = timedelta(days=14), timedelta(days=28)


@dataclass(frozen=True)
class Lacking:
    """One thing that keeps a call from being published, and the page on which to mend it."""

    reason: Phrase
    page: str


class CallDraft(Protocol):
    """What the checklist needs to know of a call."""

    @property
    def summary(self) -> str: ...
    @property
    def privacy(self) -> str: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def answers_by(self) -> date | None: ...
    @property
    def max_choices(self) -> int: ...
    @property
    def languages(self) -> list[str]: ...


class VisitDraft(Protocol):
    """What the checklist needs to know of a visit."""

    @property
    def place(self) -> str: ...
    @property
    def called_title(self) -> str: ...
    @property
    def announced_starts_on(self) -> date | None: ...


def lacking_to_publish(
    call: CallDraft,
    visits: Sequence[VisitDraft],
    criteria: int,
    questions: Sequence[Asked],
    now: datetime,
) -> list[Lacking]:
    """Everything that is missing, in the order of the editor's pages."""
    return [
        *_lacking_settings(call, now),
        *_lacking_visits(visits),
        *(
            []
            if criteria
            else [Lacking(phrase("Say what hosts score on: at least one criterion."), "criteria")]
        ),
        *_lacking_words(questions, call.languages),
    ]


def _lacking_settings(call: CallDraft, now: datetime) -> list[Lacking]:
    found = []
    if not call.summary:
        found.append(phrase("Say in a sentence or two what the call is about."))
    if not call.privacy:
        found.append(phrase("Say what happens with people's answers: the privacy text."))
    if call.closes_at <= now:
        found.append(phrase("The call would be closed already. Choose a later end."))
    if call.answers_by is None:
        found.append(phrase("Promise a day by which people get their answer."))
    elif call.answers_by <= call.closes_at.date():
        found.append(phrase("The day of the answers lies before the call has closed."))
    return [Lacking(reason, "settings") for reason in found]


def _lacking_visits(visits: Sequence[VisitDraft]) -> list[Lacking]:
    if not visits:
        return [Lacking(phrase("Add at least one visit."), "visits")]
    found = []
    for visit in visits:
        if not visit.called_title:
            found.append(phrase("%(place)s has no title.", place=visit.place))
        if visit.announced_starts_on is None:
            found.append(phrase("%(place)s has no dates.", place=visit.place))
    return [Lacking(reason, "visits") for reason in found]


def _lacking_words(questions: Sequence[Asked], languages: Sequence[str]) -> list[Lacking]:
    number = len({one.id for one, _language in missing_words(questions, languages)})
    if not number:
        return []
    words = phrase("%(n)s questions lack words in a language of the call.", n=number)
    return [Lacking(words, "questions")]


def make_slug(title: str, taken: Collection[str]) -> str:
    """An address from a title, different from those taken: letters, digits and hyphens."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:LONGEST_SLUG].strip("-") or "call"
    numbered = (f"{stem}-{number}" for number in count(2))
    return stem if stem not in taken else next(one for one in numbered if one not in taken)
