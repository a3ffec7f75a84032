"""Which column stands for what, and what each row says. Plain values only."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from peer_visits.applications.rules import (
    ApplicationContent,
    ChoiceContent,
    choice_problem,
    is_eligible,
    missing_to_send,
    question_field,
)
from peer_visits.kernel.text import Phrase, fold, normal_address, phrase
from peer_visits.questions.definition import Asked, Questionnaire, Raw
from peer_visits.questions.kinds import LEVELS, NO, YES, AskedOf, Kind
from peer_visits.questions.rules import problem_with

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_YES = {"yes", "y", "true", "1", "x", "ja", "oui", "si", "kylla", "da", "igen", "tak"}
_NO = {"no", "n", "false", "0", "nee", "non", "ei", "ne", "nem", "nie"}
_PERSON = {
    "name": ("name", "applicant", "full name", "your name"),
    "email": ("e-mail", "email", "e-mail address", "email address", "mail"),
    "organisation": ("organisation", "organization", "institution", "employer"),
    "kind": ("kind of organisation", "type of organisation", "kind", "organisation type"),
    "country": ("country", "your country"),
    "sent": ("when it was sent", "sent", "submitted", "end date", "submission date", "date submitted"),
    "substitute_name": ("name of the substitute", "substitute", "name of your substitute", "substitute name"),
    "substitute_email": (
        "e-mail address of the substitute",
        "e-mail address of your substitute",
        "substitute e-mail",
    ),
}


@dataclass(frozen=True)
class Context:
    """What the rows are matched with. Names are folded."""

    visits: Mapping[str, uuid.UUID]
    questionnaire: Questionnaire
    countries: Mapping[str, str]
    kinds: Mapping[str, str]
    most_choices: int
    eligible_countries: Sequence[str]
    eligible_kinds: Sequence[str]
    applied: frozenset[str]

    def targets(self) -> list[str]:
        """Everything a column can stand for, in the order of the form."""
        found = ["name", "email", "organisation", "kind", "country", "sent"]
        for rank in range(1, self.most_choices + 1):
            found += [f"visit_{rank}", f"why_{rank}"]
            found += [question_field(one.id, rank) for one in self.importable(AskedOf.CHOICE)]
        found += [question_field(one.id) for one in self.importable(AskedOf.APPLICATION)]
        return [*found, "substitute_name", "substitute_email"]

    def importable(self, whom: AskedOf) -> list[Asked]:
        """Questions whose answers a table can hold: a file is none."""
        return [one for one in self.questionnaire.asked_of(whom) if one.definition.kind is not Kind.FILE]


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


def guess_mapping(headers: Sequence[str], context: Context) -> dict[str, str]:
    """Column number -> target, for every head that reads like one; several columns may feed one question."""
    known = {fold(word): target for target, words in _PERSON.items() for word in words}
    for rank in range(1, context.most_choices + 1):
        for head in _rank_heads(rank):
            known[head] = f"visit_{rank}"
            known[f"{head}: why"] = f"why_{rank}"
            for one in context.importable(AskedOf.CHOICE):
                known |= {f"{head}: {label}": question_field(one.id, rank) for label in _labels(one)}
        known[f"motivation {rank}"] = known[f"why {rank}"] = f"why_{rank}"
    for one in context.importable(AskedOf.APPLICATION):
        for label in _labels(one):
            known[label] = question_field(one.id)
            known |= {f"{label}: {option}": question_field(one.id) for option in _option_labels(one)}
    found = {at: known.get(fold(head)) for at, head in enumerate(headers)}
    return {str(at): target for at, target in found.items() if target}


def _rank_heads(rank: int) -> list[str]:
    ordinal = {1: "1st", 2: "2nd", 3: "3rd"}.get(rank, f"{rank}th")
    return [f"{ordinal} choice", f"choice {rank}", f"visit {rank}"]


def _labels(question: Asked) -> list[str]:
    return [fold(label) for label in question.definition.labels.values()]


def _option_labels(question: Asked) -> list[str]:
    return [fold(label) for option in question.definition.options for label in option.labels.values()]


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
        wrong = choice_problem(
            content, visits=set(self.context.visits.values()), most=self.context.most_choices
        )
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


def read_answer(question: Asked, cells: Sequence[str], countries: Mapping[str, str]) -> Raw:
    """The cells of one answer as the form keeps it; what fits nothing stays as it stands, to be told."""
    definition, text = question.definition, cells[0]
    keys = {fold(option.key): option.key for option in definition.options}
    keys |= {fold(label): one.key for one in definition.options for label in one.labels.values()}
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
