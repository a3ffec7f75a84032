"""What a cell says: an answer as the form keeps it, a date as tables write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from peer_visits.kernel.text import fold
from peer_visits.questions.definition import Asked, Raw
from peer_visits.questions.kinds import LEVELS, NO, YES, Kind

_YES = {"yes", "y", "true", "1", "x", "ja", "oui", "si", "kylla", "da", "igen", "tak"}
_NO = {"no", "n", "false", "0", "nee", "non", "ei", "ne", "nem", "nie"}


def read_answer(question: Asked, cells: Sequence[str], countries: Mapping[str, str]) -> Raw:
    """The cells of one answer as the form keeps it; what fits nothing stays as it stands, to be told."""
    definition, text = question.definition, cells[0]
    keys = definition.keys_by_word
    if definition.kind is Kind.ONE:
        return keys.get(fold(text), text)
    if definition.kind is Kind.MANY:
        return list(dict.fromkeys(keys.get(fold(part), part) for part in _parts(cells, keys)))
    if definition.kind in {Kind.YES_NO, Kind.CONSENT}:
        return YES if fold(text) in _YES else NO if fold(text) in _NO else text
    if definition.kind is Kind.COUNTRY:
        return countries.get(fold(text), text)
    if definition.kind is Kind.LEVEL:
        return next((level for level in LEVELS if fold(level) == fold(text)), text)
    if definition.kind is Kind.DATE:
        moment = read_moment(text)
        return moment.date().isoformat() if moment else text
    return text


def _parts(cells: Iterable[str], keys: Mapping[str, str]) -> list[str]:
    """The options in a cell: as one if it is one, else what semicolons, lines or commas separate."""
    parts: list[str] = []
    for cell in cells:
        whole = [cell] if fold(cell) in keys else [one.strip() for one in re.split(r"[;\n]", cell)]
        for one in whole:
            parts += [one] if fold(one) in keys else [part.strip() for part in one.split(",")]
    return [part for part in parts if part]


_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y")


def read_moment(text: str) -> datetime | None:
    """A date, perhaps with a time, as tables write them: day before month. Taken as UTC."""
    plain = text.replace("T", " ").removesuffix("Z").strip()
    for form in _MOMENTS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
