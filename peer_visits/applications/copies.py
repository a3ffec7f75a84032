"""A copy of everything in an application, in words: for its page, its receipt, and whoever may read it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.applications.answers import (
    FOR_ORGANISERS,
    AnswerLine,
    Attachments,
    answer_lines,
    by_id,
    draft_answers,
    sent_answers,
)
from peer_visits.applications.drafts import read_draft
from peer_visits.applications.models import Application
from peer_visits.applications.queries import list_attachments
from peer_visits.questions.definition import Questionnaire
from peer_visits.questions.kinds import Audience, Kind
from peer_visits.questions.queries import Wordings, read_questionnaire, read_wordings
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call


@dataclass(frozen=True)
class ChoiceCopy:
    """One choice: its visit (none in a draft that names none yet), why, and the answers about it."""

    rank: int
    visit: Visit | None
    motivation: str
    answers: list[AnswerLine]


@dataclass(frozen=True)
class Copy:
    """The whole application in words."""

    choices: list[ChoiceCopy]
    answers: list[AnswerLine]
    substitute: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it yet."""
        return not (self.choices or self.answers or self.substitute)


@dataclass(frozen=True)
class Reader:
    """Who reads, and with what at hand: one reader serves any number of applications of a call."""

    order: list[uuid.UUID]
    wordings: Wordings
    visits: Mapping[str, Visit]
    audiences: frozenset[Audience] = FOR_ORGANISERS
    language: str = "en"

    def copy(self, kept: Mapping[str, Any], attachments: Attachments) -> Copy:
        """A copy of what is kept, in the shape of a sent version."""
        return Copy(
            choices=[
                ChoiceCopy(
                    rank, self.visits.get(one["visit"]), one["motivation"], self.lines(one, attachments)
                )
                for rank, one in enumerate(kept["choices"], start=1)
            ],
            answers=self.lines(kept, attachments),
            substitute=_substitute(kept["substitute"]),
        )

    def copy_of(self, application: Application, questionnaire: Questionnaire) -> Copy:
        """What was sent last, or the draft of what never was; files by their ids alone."""
        if application.sent_number:
            return self.copy(sent_answers(application), {})
        return self.copy(draft_answers(read_draft(application.draft), questionnaire), {})

    def lines(self, kept: Mapping[str, Any], attachments: Attachments) -> list[AnswerLine]:
        """The answers this reader may see."""
        return answer_lines(
            kept["answers"],
            self.order,
            self.wordings,
            audiences=self.audiences,
            language=self.language,
            attachments=attachments,
        )


def _substitute(kept: Mapping[str, str]) -> str:
    return f"{kept['name']} ({kept['email']})" if kept["name"] else ""


def make_reader(
    session: Session,
    call_id: uuid.UUID,
    *,
    audiences: frozenset[Audience] = FOR_ORGANISERS,
    language: str = "en",
) -> Reader:
    """A reader of a call's applications: a fixed number of statements."""
    order, wordings = read_wordings(session, call_id)
    visits = {str(visit.id): visit for visit in list_visits_of_call(session, call_id)}
    return Reader(order, wordings, visits, audiences, language)


def read_files(session: Session, applications: Sequence[Application], reader: Reader) -> Attachments:
    """The files of these applications, if their call asks for any."""
    is_asked = any(one.kind is Kind.FILE for one in reader.wordings.values())
    return by_id(list_attachments(session, *(one.id for one in applications))) if is_asked else {}


def read_copy(
    session: Session,
    application: Application,
    *,
    audiences: frozenset[Audience] = FOR_ORGANISERS,
    language: str = "en",
) -> Copy:
    """What was sent last, in words."""
    reader = make_reader(session, application.call_id, audiences=audiences, language=language)
    return reader.copy(sent_answers(application), read_files(session, [application], reader))


def read_draft_copy(session: Session, application: Application, *, language: str = "en") -> Copy:
    """What is typed and not sent, in words: what sending it now would send."""
    reader = make_reader(session, application.call_id, language=language)
    kept = draft_answers(read_draft(application.draft), read_questionnaire(session, application.call_id))
    return reader.copy(kept, read_files(session, [application], reader))


def read_application(session: Session, application: Application, *, language: str = "en") -> Copy:
    """What was sent last, or the draft of what never was."""
    read = read_copy if application.sent_number else read_draft_copy
    return read(session, application, language=language)
