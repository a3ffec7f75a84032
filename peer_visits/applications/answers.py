"""Sent answers as their readers see them: the question as it was asked then, and the answer in words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peer_visits.applications.drafts import without_what_is_hidden, write_sent
from peer_visits.applications.models import Application, Attachment
from peer_visits.applications.rules import ApplicationContent
from peer_visits.kernel.text import in_language
from peer_visits.questions.definition import Definition, Questionnaire, Raw
from peer_visits.questions.kinds import Audience, Kind
from peer_visits.questions.queries import Wordings
from peer_visits.questions.words import answer_words

FOR_ORGANISERS = frozenset(Audience)
FOR_HOSTS = frozenset({Audience.HOSTS, Audience.HOSTS_UNLESS_BLIND})


@dataclass(frozen=True)
class AnswerLine:
    """One question and its answer; `attachment` is the file where the answer is one."""

    question: uuid.UUID
    label: str
    words: str
    kind: Kind
    raw: Raw
    attachment: Attachment | None = None

    @property
    def is_long(self) -> bool:
        """Whether the answer wants a paragraph of its own."""
        return self.kind is Kind.LONG or len(self.words) > 120


Attachments = Mapping[str, Attachment]


def by_id(attachments: Iterable[Attachment]) -> Attachments:
    """Attachments by the id that answers name them by."""
    return {str(one.id): one for one in attachments}


def answer_lines(
    kept: Mapping[str, Any],
    order: Iterable[uuid.UUID],
    wordings: Wordings,
    *,
    audiences: frozenset[Audience] = FOR_ORGANISERS,
    language: str = "en",
    attachments: Attachments | None = None,
) -> list[AnswerLine]:
    """The answers that these readers may see, in the order of the form."""
    found = []
    for question in order:
        answer = kept.get(str(question))
        definition = answer and wordings.get((question, answer["wording"]))
        if answer and definition and definition.audience in audiences:
            found.append(_line(question, definition, answer["value"], language, attachments or {}))
    return found


def _line(
    question: uuid.UUID, definition: Definition, raw: Raw, language: str, attachments: Attachments
) -> AnswerLine:
    attachment = attachments.get(str(raw)) if definition.kind is Kind.FILE else None
    words = attachment.file.name if attachment else answer_words(definition, raw, language)
    return AnswerLine(
        question, in_language(definition.labels, language), words, definition.kind, raw, attachment
    )


def sent_answers(application: Application) -> dict[str, Any]:
    """What was sent last, in the shape of a sent version."""
    return {
        "choices": [
            {"visit": str(choice.visit_id), "motivation": choice.motivation, "answers": choice.answers}
            for choice in application.choices
        ],
        "answers": application.answers,
        "substitute": {"name": application.substitute_name, "email": application.substitute_email},
    }


def draft_answers(content: ApplicationContent, questionnaire: Questionnaire) -> dict[str, Any]:
    """What a draft would send, in the shape of a sent version."""
    return write_sent(without_what_is_hidden(content, questionnaire), questionnaire)
