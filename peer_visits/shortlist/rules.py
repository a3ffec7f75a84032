"""Scores and orders, as plain calculations."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Protocol

from peer_visits.kernel.text import fold
from peer_visits.kernel.zones import to_utc
from peer_visits.shortlist.states import ConflictState, Signal


class Scale(Protocol):
    """What the rules need to know of a criterion."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def weight(self) -> int: ...
    @property
    def maximum(self) -> int: ...


def weighted_score(values: Mapping[uuid.UUID, int], criteria: Iterable[Scale]) -> float | None:
    """The weighted mean of all criteria, from 0 to 100; nothing before every one of them has a value.

    A reading saves itself while it is made: half of it must not move anybody up or down.
    """
    scales = list(criteria)
    if not scales or not all(one.id in values for one in scales):
        return None
    total = sum(values[one.id] * one.weight / one.maximum for one in scales)
    return 100 * total / sum(one.weight for one in scales)


def count_mix(values: Iterable[Any], *, alike: bool = False) -> dict[Any, int]:
    """How often each value occurs, the most frequent first, then by name.

    `alike` counts texts together that differ in case, accents or blanks alone, under the first spelling met.
    """
    counts: Counter[Any] = Counter()
    spelling: dict[str, str] = {}
    for value in values:
        counts[spelling.setdefault(fold(value), value) if alike else value] += 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], str(one[0] or ""))))


# Providers of mail for everybody: a shared domain says nothing there.
COMMON_PROVIDERS = frozenset(
    {
        "aol.com", "example.org", "fastmail.com", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.de",
        "gmx.net", "googlemail.com", "hotmail.com", "hotmail.fr", "hotmail.it", "icloud.com", "laposte.net",
        "libero.it", "live.com", "mac.com", "mail.ru", "me.com", "msn.com", "orange.fr", "outlook.com",
        "proton.me", "protonmail.com", "seznam.cz", "t-online.de", "telenet.be", "ukr.net", "wanadoo.fr",
        "web.de", "wp.pl", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.ru",
    }
)  # fmt: skip


def own_domain(email: str) -> str:
    """The domain of an address that belongs to a body of its own; nothing for providers used by everybody."""
    domain = email.rpartition("@")[2]
    return "" if domain in COMMON_PROVIDERS else domain


def signals_between(organisations: tuple[str, str], emails: tuple[str, str]) -> tuple[Signal, ...]:
    """What in two people's data proposes a conflict of interest; organisations come folded."""
    found = []
    if organisations[0] and organisations[0] == organisations[1]:
        found.append(Signal.SAME_ORGANISATION)
    domains = {own_domain(one) for one in emails}
    if len(domains) == 1 and domains != {""}:
        found.append(Signal.SAME_MAIL_DOMAIN)
    return tuple(found)


class Standing(StrEnum):
    """How a reader stands to an application: free to read, to be asked first, or kept out."""

    FREE = "free"
    ASKED = "asked"
    KEPT_OUT = "kept_out"


def standing(state: ConflictState | None, signals: Sequence[str], *, hidden: bool) -> Standing:
    """What the answer so far and the data come to.

    While names are hidden the question itself would tell who it is about, and nobody can judge it: there what
    data propose keeps the reader out, and only the organiser can lift it.
    """
    if state is ConflictState.DECLARED:
        return Standing.KEPT_OUT
    if state in {ConflictState.NONE, ConflictState.LIFTED} or not signals:
        return Standing.FREE
    return Standing.KEPT_OUT if hidden else Standing.ASKED


Pair = tuple[uuid.UUID, uuid.UUID]


def shared_out(
    choices: Sequence[uuid.UUID],
    readers: Sequence[uuid.UUID],
    per_choice: int,
    *,
    begun: Collection[Pair],
    before: Collection[Pair],
    barred: Collection[Pair],
) -> set[Pair]:
    """Who reads what, as (choice, reader): each choice by `per_choice` readers, evenly, never where `barred`.

    Readings already `begun` stay; tasks given `before` stay where evenness lets them. The least busy reader
    takes the next choice; then tasks not begun move from the busiest to the least busy while that evens the
    loads out. A choice gets fewer readers only where fewer may read it.
    """
    known, barred = set(choices), set(barred)
    tasks = {pair for pair in begun if pair[0] in known and pair[1] in readers and pair not in barred}
    fixed, loads = set(tasks), Counter(dict.fromkeys(readers, 0))
    loads.update(reader for _choice, reader in tasks)
    by_choice: dict[uuid.UUID, set[uuid.UUID]] = {one: set() for one in choices}
    for choice, reader in tasks:
        by_choice[choice].add(reader)
    kept = sorted(pair for pair in before if pair[0] in known and pair[1] in readers and pair not in barred)
    for choice, reader in kept:
        if len(by_choice[choice]) < per_choice and reader not in by_choice[choice]:
            by_choice[choice].add(reader)
            loads[reader] += 1
    place = {reader: at for at, reader in enumerate(readers)}
    for choice in choices:
        free = [one for one in readers if one not in by_choice[choice] and (choice, one) not in barred]
        free.sort(key=lambda one: (loads[one], place[one]))
        for reader in free[: max(0, per_choice - len(by_choice[choice]))]:
            by_choice[choice].add(reader)
            loads[reader] += 1
    _even_out(by_choice, loads, fixed, barred)
    return {(choice, reader) for choice, taken in by_choice.items() for reader in taken}


def _even_out(
    by_choice: dict[uuid.UUID, set[uuid.UUID]],
    loads: Counter[uuid.UUID],
    fixed: Collection[Pair],
    barred: Collection[Pair],
) -> None:
    """Move tasks from busier to less busy readers. Each move lowers the sum of squared loads, so it ends."""
    moved = True
    while moved:
        moved = False
        for choice, taken in by_choice.items():
            givers = [one for one in taken if (choice, one) not in fixed]
            takers = [one for one in loads if one not in taken and (choice, one) not in barred]
            if not givers or not takers:
                continue
            busy, idle = max(givers, key=loads.__getitem__), min(takers, key=loads.__getitem__)
            if loads[busy] - loads[idle] >= 2:
                taken.remove(busy)
                taken.add(idle)
                loads[busy] -= 1
                loads[idle] += 1
                moved = True


def _pattern(passage: str) -> re.Pattern[str]:
    """The passage whatever its case and blanks: lines may break elsewhere than where it was copied."""
    return re.compile(r"\s+".join(re.escape(word) for word in passage.split()), re.IGNORECASE)


def holds_passage(text: str, passage: str) -> bool:
    """Whether the passage stands in the text."""
    return bool(passage.split()) and _pattern(passage).search(text) is not None


def without_passages(text: str, passages: Iterable[str], bar: str) -> str:
    """The text with a bar in place of each passage, the longest first."""
    for passage in sorted(passages, key=len, reverse=True):
        text = _pattern(passage).sub(bar, text)
    return text


def over_cap(counts: Mapping[str, int], cap: int | None) -> dict[str, int]:
    """By how many each value is over the cap, where it is. What nobody told counts towards no cap."""
    if cap is None:
        return {}
    return {value: count - cap for value, count in counts.items() if value and count > cap}


def due_at(day: date, zone: str) -> datetime:
    """The last second of the day by which shortlists are due, where the call is at home."""
    return to_utc(datetime.combine(day, time(23, 59, 59)), zone)


def are_shortlists_late(day: date | None, zone: str, now: datetime) -> bool:
    """Whether a shortlist that is not here yet is late; never without a day."""
    return day is not None and now > due_at(day, zone)
