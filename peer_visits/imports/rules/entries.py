"""What each row says, as an application, with all that is wrong in it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from peer_visits.applications.rules import (
    ApplicationContent,
    ChoiceContent,
    choice_problem,
    is_eligible,
    missing_to_send,
    question_field,
)
from peer_visits.imports.rules.answers import read_answer, read_moment
from peer_visits.imports.rules.context import Context
from peer_visits.kernel.text import Phrase, fold, normal_address, phrase
from peer_visits.questions.definition import Raw
from peer_visits.questions.kinds import AskedOf
from peer_visits.questions.rules import problem_with

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row, and the column it stands in (none: the row as a whole)."""

    column: str
    reason: Phrase


@dataclass(frozen=True)
class Entry:
    """One row as an application."""

    number: int
    name: str
    email: str
    organisation: str
    kind: str
    country: str
    sent_at: datetime | None
    content: ApplicationContent
    faults: tuple[Fault, ...] = field(default=())


def read_entries(
    rows: Sequence[Sequence[str]],
    mapping: Mapping[str, str],
    context: Context,
    *,
    first_number: int = 2,
    is_relaxed: bool = False,
) -> list[Entry]:
    """Every row as an application, with all that is wrong in it. `is_relaxed` lets answers be missing."""
    columns: dict[str, list[int]] = {}
    for at, target in mapping.items():
        columns.setdefault(target, []).append(int(at))
    seen: dict[str, int] = {}
    entries = []
    for number, row in enumerate(rows, start=first_number):
        cells = {target: [row[at] for at in places if at < len(row)] for target, places in columns.items()}
        entries.append(_Row(number, cells, context, is_relaxed).read(seen))
    return entries


class _Row:
    """One row being read: its faults are gathered on the way."""

    def __init__(
        self, number: int, cells: Mapping[str, list[str]], context: Context, is_relaxed: bool
    ) -> None:
        self.number, self.cells, self.context, self.is_relaxed = number, cells, context, is_relaxed
        self.faults: list[Fault] = []

    def read(self, seen: dict[str, int]) -> Entry:
        email = self._address(seen)
        name = self._needed("name", phrase("There is no name."), most=200)
        organisation = self._needed("organisation", phrase("There is no organisation."), most=200)
        kind = self._looked_up("kind", self.context.kinds, phrase("This kind of organisation is not known."))
        country = self._looked_up("country", self.context.countries, phrase("This country is not known."))
        self._check_eligible(country, kind)
        content = self._content()
        return Entry(
            self.number, name, email, organisation, kind, country, self._sent(), content, tuple(self.faults)
        )

    def _one(self, target: str) -> str:
        return next((cell for cell in self.cells.get(target, ()) if cell), "")

    def _fault(self, target: str, reason: Phrase) -> None:
        self.faults.append(Fault(target, reason))

    def _needed(self, target: str, missing: Phrase, *, most: int) -> str:
        value = self._one(target)
        if not value:
            self._fault(target, missing)
        elif len(value) > most:
            self._fault(target, phrase("Longer than %(n)s characters.", n=most))
        return value

    def _address(self, seen: dict[str, int]) -> str:
        email = normal_address(self._one("email"))
        if not email:
            self._fault("email", phrase("There is no e-mail address."))
        elif len(email) > 254 or not _ADDRESS.fullmatch(email):
            self._fault("email", phrase("This is no e-mail address."))
        elif email in seen:
            self._fault("email", phrase("The same address stands in row %(n)s.", n=seen[email]))
        elif email in self.context.applied:
            self._fault("email", phrase("Somebody with this address has applied to this call already."))
        if email:
            seen.setdefault(email, self.number)
        return email

    def _looked_up(self, target: str, known: Mapping[str, str], unknown: Phrase) -> str:
        typed = self._one(target)
        value = known.get(fold(typed), "")
        if typed and not value:
            self._fault(target, unknown)
        elif not typed:
            self._fault(target, phrase("This is missing."))
        return value

    def _check_eligible(self, country: str, kind: str) -> None:
        if country and not is_eligible(country, None, self.context.eligible_countries, ()):
            self._fault("country", phrase("The call is not open to people from there."))
        if kind and not is_eligible(None, kind, (), self.context.eligible_kinds):
            self._fault("kind", phrase("The call is not open to this kind of organisation."))

    def _sent(self) -> datetime | None:
        typed = self._one("sent")
        if not typed:
            return None
        moment = read_moment(typed)
        if moment is None:
            self._fault("sent", phrase("This is no date and time, such as 2026-05-31 14:05."))
        return moment

    def _content(self) -> ApplicationContent:
        content = ApplicationContent(
            choices=tuple(self._choices()),
            answers=dict(self._answers(AskedOf.APPLICATION, None)),
            substitute_name=self._one("substitute_name"),
            substitute_email=self._one("substitute_email"),
        )
        wrong = choice_problem(content, visits=self.context.visit_ids, most=self.context.most_choices)
        missing = missing_to_send(content, self.context.questionnaire)
        if self.is_relaxed:
            missing = [one for one in missing if one.field == "visit_0"]
        for one in [wrong, *missing] if wrong else missing:
            self._fault_once(self._column(one.field), one.reason)
        return content

    def _fault_once(self, target: str, reason: Phrase) -> None:
        """What was said of a column already, in words of its own, is not said again."""
        if target not in {one.column for one in self.faults}:
            self._fault(target, reason)

    @staticmethod
    def _column(name: str) -> str:
        """The target of a form's field: choices are counted from 0 there and from 1 here."""
        kind, _underscore, rest = name.partition("_")
        if kind in {"visit", "why"}:
            return f"{kind}_{int(rest) + 1}"
        return f"q{int(kind[1:]) + 1}_{rest}" if kind.startswith("q") and kind != "q" else name

    def _choices(self) -> Iterator[ChoiceContent]:
        for rank in range(1, self.context.most_choices + 1):
            typed, why = self._one(f"visit_{rank}"), self._one(f"why_{rank}")
            answers = dict(self._answers(AskedOf.CHOICE, rank))
            if not (typed or why or answers):
                continue
            visit = self.context.visits.get(fold(typed))
            if typed and visit is None:
                self._fault(f"visit_{rank}", phrase("The call has no visit of this name."))
            yield ChoiceContent(visit, why, answers)

    def _answers(self, whom: AskedOf, rank: int | None) -> Iterator[tuple[uuid.UUID, Raw]]:
        for question in self.context.importable(whom):
            target = question_field(question.id, rank)
            cells = [cell for cell in self.cells.get(target, ()) if cell]
            if not cells:
                continue
            raw = read_answer(question, cells, self.context.countries)
            problem = problem_with(question.definition, raw)
            if problem:
                self._fault_once(target, problem)
            yield question.id, raw
