"""What an applicant typed, as JSON and rows and back: drafts keep everything, whatever is missing in it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from peer_visits.applications.models import Application
from peer_visits.applications.rules import (
    ApplicationContent,
    ChoiceContent,
    asked_of_application,
    asked_of_choice,
    only_asked,
)
from peer_visits.questions.definition import Answers, Asked, Questionnaire
from peer_visits.questions.kinds import Kind

Kept = dict[str, Any]


def write_draft(content: ApplicationContent) -> Kept:
    """The content as a draft keeps it."""
    return {
        "choices": [
            {
                "visit": str(choice.visit_id or ""),
                "motivation": choice.motivation,
                "answers": _by_text(choice.answers),
            }
            for choice in content.choices
        ],
        "answers": _by_text(content.answers),
        "substitute": {"name": content.substitute_name, "email": content.substitute_email},
    }


def read_draft(kept: Mapping[str, Any] | None) -> ApplicationContent:
    """The content of a draft; of none, an empty one."""
    if not kept:
        return ApplicationContent()
    return ApplicationContent(
        choices=tuple(
            ChoiceContent(
                uuid.UUID(one["visit"]) if one["visit"] else None, one["motivation"], _by_id(one["answers"])
            )
            for one in kept["choices"]
        ),
        answers=_by_id(kept["answers"]),
        substitute_name=kept["substitute"]["name"],
        substitute_email=kept["substitute"]["email"],
    )


def _by_text(answers: Answers) -> Kept:
    return {str(question): raw for question, raw in answers.items() if raw}


def _by_id(kept: Mapping[str, Any]) -> Answers:
    return {uuid.UUID(question): raw for question, raw in kept.items()}


def without_what_is_hidden(content: ApplicationContent, questionnaire: Questionnaire) -> ApplicationContent:
    """The content as it is sent: answers that no condition hides."""
    return ApplicationContent(
        choices=tuple(
            ChoiceContent(
                choice.visit_id,
                choice.motivation,
                only_asked(asked_of_choice(content, choice, questionnaire), choice.answers),
            )
            for choice in content.choices
        ),
        answers=only_asked(asked_of_application(content, questionnaire), content.answers),
        substitute_name=content.substitute_name,
        substitute_email=content.substitute_email,
    )


def write_answers(answers: Answers, questionnaire: Questionnaire) -> Kept:
    """Sent answers, each with the number of the wording it was given to."""
    asked = questionnaire.by_id
    return {
        str(question): {"value": raw, "wording": asked[question].number}
        for question, raw in answers.items()
        if raw and question in asked
    }


def read_answers(kept: Mapping[str, Any]) -> Answers:
    """Sent answers without their wordings."""
    return {uuid.UUID(question): one["value"] for question, one in kept.items()}


def write_sent(content: ApplicationContent, questionnaire: Questionnaire) -> Kept:
    """A sent content whole, for the record of what was sent each time."""
    return {
        "choices": [
            {
                "visit": str(choice.visit_id or ""),
                "motivation": choice.motivation,
                "answers": write_answers(choice.answers, questionnaire),
            }
            for choice in content.choices
        ],
        "answers": write_answers(content.answers, questionnaire),
        "substitute": {"name": content.substitute_name, "email": content.substitute_email},
    }


def attachments_in(content: ApplicationContent, files: set[uuid.UUID]) -> set[str]:
    """The ids that the content names as answers to these questions, which take a file."""
    every: list[Answers] = [content.answers, *(choice.answers for choice in content.choices)]
    return {str(raw) for answers in every for question, raw in answers.items() if question in files and raw}


def file_questions(questions: tuple[Asked, ...]) -> set[uuid.UUID]:
    """The ids of the questions that take a file."""
    return {one.id for one in questions if one.definition.kind is Kind.FILE}


def sent_content(application: Application) -> ApplicationContent:
    """What was sent last, to be changed from there."""
    return ApplicationContent(
        choices=tuple(
            ChoiceContent(choice.visit_id, choice.motivation, read_answers(choice.answers))
            for choice in application.choices
        ),
        answers=read_answers(application.answers),
        substitute_name=application.substitute_name,
        substitute_email=application.substitute_email,
    )


def present_content(application: Application | None) -> ApplicationContent:
    """What its applicant sees in the form: the draft if there is one, else what was sent."""
    if application is None:
        return ApplicationContent()
    return read_draft(application.draft) if application.draft is not None else sent_content(application)
