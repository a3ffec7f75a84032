"""What an application says, when it can be sent, and what still keeps it from that. Plain values only."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from peer_visits.calls.rules import CallWindow, is_open
from peer_visits.calls.states import CallState
from peer_visits.kernel.text import Phrase, forbidden_characters, phrase
from peer_visits.questions.definition import Answers, Asked, Questionnaire
from peer_visits.questions.kinds import AskedOf
from peer_visits.questions.rules import asked_questions, problem_with

MOTIVATION = 2000
# How long after the deadline what somebody was still typing is kept as a draft. It is never sent.
KEPT_AFTER_CLOSING = timedelta(days=1)


@dataclass(frozen=True)
class ChoiceContent:
    """One line of choice: the visit (none while only words stand there), why, and answers about it."""

    visit_id: uuid.UUID | None
    motivation: str
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class ApplicationContent:
    """What an applicant has typed. Choices stand in the order of their rank."""

    choices: tuple[ChoiceContent, ...] = ()
    answers: Answers = field(default_factory=dict)
    substitute_name: str = ""
    substitute_email: str = ""


@dataclass(frozen=True)
class Missing:
    """One thing that keeps an application from being sent, and the form field it belongs to."""

    reason: Phrase
    field: str


class Extension(Protocol):
    """What the rules need to know of an application that may have been given more time."""

    @property
    def open_until(self) -> datetime | None: ...


def question_field(question: uuid.UUID, line: int | None = None) -> str:
    """The name of the form field of a question, of the application or of a line of choice."""
    return f"q_{question.hex}" if line is None else f"q{line}_{question.hex}"


def may_send(call: CallWindow, application: Extension | None, now: datetime) -> bool:
    """Whether an application is taken at this moment: exact to the second, or longer for one person."""
    if is_open(call, now):
        return True
    until = application.open_until if application else None
    return until is not None and now < until and call.state is CallState.PUBLISHED and not call.decided_at


def may_keep(call: CallWindow, application: Extension | None, now: datetime) -> bool:
    """Whether a draft may still be saved: a day longer than sent, so that what was typed late is not lost."""
    if may_send(call, application, now):
        return True
    is_just_closed = call.closes_at <= now < call.closes_at + KEPT_AFTER_CLOSING
    return is_just_closed and call.state is CallState.PUBLISHED and not call.decided_at


def is_eligible(
    country: str | None, kind: str | None, countries: Collection[str], kinds: Collection[str]
) -> bool:
    """Whether the call is open to people from there and to bodies of that kind; empty means to all."""
    return (not countries or country in countries) and (not kinds or kind in kinds)


def choice_problem(
    content: ApplicationContent, *, visits: Collection[uuid.UUID], most: int
) -> Missing | None:
    """What is wrong with the choices as such: too many, one twice, or a visit of another call."""
    wanted = [choice.visit_id for choice in content.choices]
    if len(wanted) > most:
        return Missing(phrase("This call allows at most %(n)s choices.", n=most), "visit_0")
    for index, visit_id in enumerate(wanted):
        if visit_id is None:
            return Missing(phrase("Choose the visit that the words below are about."), f"visit_{index}")
        if visit_id in wanted[:index]:
            return Missing(phrase("You have chosen this visit twice."), f"visit_{index}")
        if visit_id not in visits:
            return Missing(phrase("This visit does not belong to the call."), f"visit_{index}")
    return None


def missing_to_send(content: ApplicationContent, questionnaire: Questionnaire) -> list[Missing]:
    """What a draft may lack and a sent application may not, in the order of the form."""
    found = [] if content.choices else [Missing(phrase("Choose at least one visit."), "visit_0")]
    for index, choice in enumerate(content.choices):
        found += _missing_in_choice(content, choice, index, questionnaire)
    for question in asked_of_application(content, questionnaire):
        found += _missing_answer(question, content.answers, None)
    return found + _wrong_substitute(content)


def _missing_in_choice(
    content: ApplicationContent, choice: ChoiceContent, index: int, questionnaire: Questionnaire
) -> list[Missing]:
    found = []
    if not choice.motivation:
        found.append(Missing(phrase("Say why you want this visit."), f"why_{index}"))
    elif len(choice.motivation) > MOTIVATION:
        found.append(Missing(phrase("Write at most %(n)s characters.", n=MOTIVATION), f"why_{index}"))
    elif forbidden_characters(choice.motivation, lines=True):
        found.append(Missing(phrase("Remove the invisible characters."), f"why_{index}"))
    for question in asked_of_choice(content, choice, questionnaire):
        found += _missing_answer(question, choice.answers, index)
    return found


def _missing_answer(question: Asked, answers: Answers, line: int | None) -> Iterator[Missing]:
    problem = problem_with(question.definition, answers.get(question.id))
    if problem:
        yield Missing(problem, question_field(question.id, line))


def asked_of_application(content: ApplicationContent, questionnaire: Questionnaire) -> list[Asked]:
    """The questions about the whole application that its answers let be shown."""
    return asked_questions(questionnaire.asked_of(AskedOf.APPLICATION), content.answers, questionnaire.by_id)


def asked_of_choice(
    content: ApplicationContent, choice: ChoiceContent, questionnaire: Questionnaire
) -> list[Asked]:
    """The questions about one choice; answers of the whole application may decide over them too."""
    answers: Mapping[uuid.UUID, str | list[str]] = {**content.answers, **choice.answers}
    return asked_questions(questionnaire.asked_of(AskedOf.CHOICE), answers, questionnaire.by_id)


_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def _wrong_substitute(content: ApplicationContent) -> list[Missing]:
    name, email = content.substitute_name, content.substitute_email
    if bool(name) != bool(email):
        lacking = "substitute_email" if name else "substitute_name"
        return [
            Missing(phrase("Give both the name and the address of your substitute, or neither."), lacking)
        ]
    if email and not _ADDRESS.fullmatch(email):
        return [Missing(phrase("Write an e-mail address such as name@example.org."), "substitute_email")]
    return []


def only_asked(questions: Sequence[Asked], answers: Answers) -> Answers:
    """The answers to these questions alone: what a condition hides is not sent."""
    return {one.id: answers[one.id] for one in questions if answers.get(one.id)}
