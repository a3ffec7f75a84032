"""By what the library can be narrowed, and counting it. An entry's values are kept as one line: many are read fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

# In the order they are kept. A document has one of each; its programme's name and its topics follow.
SINGLE = ("country", "year", "kind", "language", "programme")
NAMES = ("topic", *SINGLE)
_BETWEEN = "\t"
_NAME_AT = len(SINGLE)
_TOPICS = itemgetter(slice(_NAME_AT + 1, None))


def join_values(values: Mapping[str, Any], programme: str, topics: Sequence[str]) -> str:
    """An entry's values as they are kept."""
    return _BETWEEN.join([*(str(values[name]) for name in SINGLE), programme, *topics])


def split_values(kept: str) -> list[str]:
    """One value for each of SINGLE, the programme's name, then the topics."""
    return kept.split(_BETWEEN)


def fits(values: Sequence[str], chosen: Mapping[str, Any], besides: str = "") -> bool:
    """Whether an entry has every value chosen; `besides` names the one facet that does not matter."""
    return all(_has(values, name, str(value)) for name, value in chosen.items() if name != besides)


def _has(values: Sequence[str], name: str, value: str) -> bool:
    return value in _TOPICS(values) if name == "topic" else values[SINGLE.index(name)] == value


def count_facets(entries: Sequence[Sequence[str]], chosen: Mapping[str, Any]) -> dict[str, dict[Any, int]]:
    """How many entries each value leads to. A facet's own choice is left out, so that it can be changed."""
    return {name: _count(name, _among(entries, chosen, name)) for name in NAMES}


def _among(
    entries: Sequence[Sequence[str]], chosen: Mapping[str, Any], besides: str
) -> Sequence[Sequence[str]]:
    narrows = any(name != besides for name in chosen)
    return [values for values in entries if fits(values, chosen, besides)] if narrows else entries


def _count(name: str, entries: Sequence[Sequence[str]]) -> dict[Any, int]:
    if name == "topic":
        found = Counter(chain.from_iterable(map(_TOPICS, entries)))
    else:
        found = Counter(map(itemgetter(SINGLE.index(name)), entries))
    return {int(value) if name == "year" else value: found[value] for value in sorted(found)}


def programme_names(entries: Sequence[Sequence[str]]) -> dict[str, str]:
    """The name of each programme by its slug."""
    return dict(map(itemgetter(_NAME_AT - 1, _NAME_AT), entries))
