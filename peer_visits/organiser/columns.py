"""The columns of the list of applications and of its exports: one place that knows their names and words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from peer_visits.accounts.forms import KINDS
from peer_visits.applications.answers import AnswerLine
from peer_visits.applications.copies import Copy, Reader
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel.text import in_language
from peer_visits.questions.definition import Asked, Questionnaire
from peer_visits.questions.kinds import AskedOf
from peer_visits.web.formats import country, ordinal

STATES = {
    ApplicationState.DRAFT: _l("Draft"),
    ApplicationState.SUBMITTED: _l("Sent"),
    ApplicationState.WITHDRAWN: _l("Withdrawn"),
}
_KIND_WORDS = {kind.value: words for kind, words in KINDS}


@dataclass(frozen=True)
class Row:
    """An application with its answers in words."""

    application: Application
    copy: Copy


@dataclass(frozen=True)
class Column:
    """A column: its key in addresses, its head, and what stands in it."""

    key: str
    label: str
    value: Callable[[Row], str]


def fixed_columns() -> list[Column]:
    """The columns that every call has."""
    return [
        Column("name", _("Applicant"), lambda row: row.application.person.name),
        Column("email", _("E-mail"), lambda row: row.application.person.email),
        Column("organisation", _("Organisation"), lambda row: row.application.person.organisation),
        Column("kind", _("Kind of organisation"), _kind),
        Column("country", _("Country"), lambda row: country(row.application.country)),
        Column("choices", _("Choices"), _choices),
        Column("state", _("State"), lambda row: str(STATES[row.application.state])),
        Column("sent", _("Sent"), lambda row: _moment(row.application.submitted_at)),
        Column("saved", _("Last saved"), lambda row: _moment(row.application.saved_at)),
        Column("times", _("Times sent"), lambda row: str(row.application.sent_number)),
        Column("substitute", _("Substitute"), lambda row: row.copy.substitute),
        Column("reason", _("Why withdrawn"), lambda row: row.application.withdrawal_reason),
    ]


DEFAULT = ("name", "organisation", "country", "choices", "state", "sent")


def question_columns(questionnaire: Questionnaire, language: str) -> list[Column]:
    """One column for each question about the whole application."""
    return [_answer(one, language) for one in questionnaire.asked_of(AskedOf.APPLICATION)]


def choice_columns(questionnaire: Questionnaire, most: int, language: str) -> list[Column]:
    """For an export: each choice by rank, why, and the answers about it."""
    found = []
    for at in range(most):
        head = _("%(rank)s choice", rank=ordinal(at + 1))
        found.append(Column(f"visit_{at + 1}", head, _visit(at)))
        found.append(Column(f"why_{at + 1}", _("%(choice)s: why", choice=head), _why(at)))
        for one in questionnaire.asked_of(AskedOf.CHOICE):
            label = in_language(one.definition.labels, language)
            found.append(Column(f"q{at + 1}_{one.id.hex}", f"{head}: {label}", _about(at, one.id)))
    return found


def chosen_columns(keys: Sequence[str], offered: Iterable[Column]) -> list[Column]:
    """The columns asked for in the order of the page; the usual ones if none is."""
    every = list(offered)
    known = {one.key for one in every}
    wanted = [key for key in keys if key in known] or list(DEFAULT)
    return [one for one in every if one.key in wanted]


def _kind(row: Row) -> str:
    return str(_KIND_WORDS.get(row.application.organisation_kind or "", ""))


def _choices(row: Row) -> str:
    return "; ".join(
        f"{choice.rank} {choice.visit.place}" for choice in row.copy.choices if choice.visit is not None
    )


def _moment(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%d %H:%M:%S") if value else ""


def _answer(question: Asked, language: str) -> Column:
    label = in_language(question.definition.labels, language)
    return Column(question.id.hex, label, lambda row: _words(row.copy.answers, question.id))


def _words(lines: Iterable[AnswerLine], question: uuid.UUID) -> str:
    return next((line.words for line in lines if line.question == question), "")


def _visit(at: int) -> Callable[[Row], str]:
    def value(row: Row) -> str:
        choice = row.copy.choices[at] if at < len(row.copy.choices) else None
        return choice.visit.place if choice and choice.visit else ""

    return value


def _why(at: int) -> Callable[[Row], str]:
    return lambda row: row.copy.choices[at].motivation if at < len(row.copy.choices) else ""


def _about(at: int, question: uuid.UUID) -> Callable[[Row], str]:
    return lambda row: _words(row.copy.choices[at].answers, question) if at < len(row.copy.choices) else ""


def make_row(application: Application, reader: Reader, questionnaire: Questionnaire) -> Row:
    """An application with its answers in words: what was sent, or the draft of what never was."""
    return Row(application, reader.copy_of(application, questionnaire))
