"""Rules of building a form: options that keep their keys, conditions that can be met. Plain values only."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence

from peer_visits.kernel.text import Phrase, fold, in_language, phrase
from peer_visits.questions.definition import Asked, Option
from peer_visits.questions.kinds import DECIDING, LEVELS, NO, YES, AskedOf, Kind

MOST_OPTIONS = 60
MOST_QUESTIONS = 100


def make_options(lines: Mapping[str, Sequence[str]], before: Sequence[Option]) -> tuple[Option, ...]:
    """Options from one line each, in each language side by side.

    An option whose words stay keeps its key wherever it stands; with as many lines as before, changed
    words are the same option put better. So answers given before still mean what they meant.
    """
    languages = list(lines)
    first = lines[languages[0]] if languages else []
    known = {in_language(option.labels, languages[0]): option.key for option in before}
    kept = [known.get(label) for label in first]
    if len(first) == len(before):
        free = [option.key for option in before if option.key not in kept]
        kept = [key or (before[at].key if before[at].key in free else None) for at, key in enumerate(kept)]
    taken = {key for key in kept if key} | {option.key for option in before}
    options = []
    for at, label in enumerate(first):
        key = kept[at] or _new_key(label, taken)
        taken.add(key)
        labels = {one: lines[one][at] for one in languages if at < len(lines[one]) and lines[one][at]}
        options.append(Option(key, labels))
    return tuple(options)


def _new_key(label: str, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", fold(label))[:30].strip("_") or "option"
    numbered = (f"{stem}_{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(one for one in numbered if one not in taken)


def deciding_values(question: Asked) -> list[str]:
    """The values of a question that can decide over another; none for kinds with too many."""
    kind = question.definition.kind
    if kind in {Kind.ONE, Kind.MANY}:
        return [option.key for option in question.definition.options]
    return {Kind.YES_NO: [YES, NO], Kind.CONSENT: [YES], Kind.LEVEL: list(LEVELS)}.get(kind, [])


def may_decide(source: Asked, over: AskedOf) -> bool:
    """Whether the answer to one question can decide over questions asked of these.

    What is asked of each choice cannot decide over the whole application: it has several answers.
    """
    fits = source.definition.asked_of is AskedOf.APPLICATION or over is AskedOf.CHOICE
    return source.definition.kind in DECIDING and fits


def condition_problem(question: Asked, before: Sequence[Asked]) -> Phrase | None:
    """Why a condition cannot stand where the question stands, or nothing."""
    condition = question.definition.condition
    if condition is None:
        return None
    source = next((one for one in before if one.id == condition.question), None)
    if source is None:
        return phrase(
            "“%(question)s” depends on a question that comes after it or is gone.",
            question=in_language(question.definition.labels, "en"),
        )
    if not may_decide(source, question.definition.asked_of):
        return phrase("A question about each visit cannot decide over one about the whole application.")
    if not set(condition.values) <= set(deciding_values(source)):
        return phrase("An answer this question waits for is no longer offered.")
    return None


def order_problem(questions: Sequence[Asked]) -> Phrase | None:
    """The first condition that cannot stand in this order, or nothing."""
    problems = (condition_problem(one, questions[:at]) for at, one in enumerate(questions))
    return next((problem for problem in problems if problem), None)


def dependents(question: uuid.UUID, questions: Sequence[Asked]) -> list[Asked]:
    """The questions whose condition hangs on this one."""
    conditions = ((one, one.definition.condition) for one in questions)
    return [one for one, condition in conditions if condition and condition.question == question]


def missing_words(questions: Sequence[Asked], languages: Sequence[str]) -> list[tuple[Asked, str]]:
    """Each question and language that lacks its words."""
    return [
        (one, language)
        for one in questions
        for language in languages
        if not one.definition.labels.get(language)
        or any(not option.labels.get(language) for option in one.definition.options)
    ]
