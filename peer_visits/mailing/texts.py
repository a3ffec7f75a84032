"""The texts of mail that organisers may word themselves, in the order in which people come upon them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from peer_visits.kernel.errors import NotFound
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.mailing.own_words import Found, Scope, Standing, standing_of
from peer_visits.outbox.wording.definition import Wording, Wordings

_GROUPS = (
    (phrase("Applying"), ("application", "call")),
    (phrase("Places"), ("offer", "place")),
    (phrase("Visits"), ("visit", "agenda", "speaker")),
    (phrase("After a visit"), ("survey", "certificate", "commitment")),
    (phrase("Host teams"), ("team", "shortlist")),
    (phrase("Reports"), ("document",)),
    (phrase("Roles"), ("role",)),
)


@dataclass(frozen=True)
class TextLine:
    """One text with what counts for it now."""

    wording: Wording
    standing: Standing


@dataclass(frozen=True)
class Group:
    """Texts about one thing."""

    title: Phrase
    lines: list[TextLine]


def list_texts(wordings: Wordings, scope: Scope, found: Found, language: str) -> list[Group]:
    """Every text that may have own words, in groups. Roles belong to programmes, not to calls."""
    return [
        Group(title, [TextLine(one, standing_of(found, scope, one, language)) for one in texts])
        for title, texts in _grouped(wordings, scope)
    ]


def _grouped(wordings: Wordings, scope: Scope) -> Iterator[tuple[Phrase, list[Wording]]]:
    for title, prefixes in _GROUPS:
        texts = [
            one
            for prefix in prefixes
            for one in wordings.values()
            if one.is_editable and one.name.startswith(f"{prefix}.")
        ]
        if not (scope.call and prefixes == ("role",)):
            yield title, texts


def get_text(wordings: Wordings, name: str) -> Wording:
    """A text that may have own words. Raises NotFound."""
    wording = wordings.get(name)
    if wording is None or not wording.is_editable:
        raise NotFound
    return wording
