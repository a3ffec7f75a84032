"""The application's form: lines of choice and the call's own questions. It keeps whatever is typed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from peer_visits.applications.rules import MOTIVATION, ApplicationContent, ChoiceContent, question_field
from peer_visits.applications.services.judging import Incomplete
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import in_language
from peer_visits.questions.definition import Answers, Asked, Part, Questionnaire, Raw
from peer_visits.questions.fields import data_of, field_for, raw_of, text_filters
from peer_visits.questions.kinds import AskedOf, Kind
from peer_visits.questions.rules import MOST_KEPT
from peer_visits.storage.base import ADDRESS, LINE
from peer_visits.visits.models import Visit
from peer_visits.web.formats import country_tag
from peer_visits.web.forms import VersionedForm, line, options, typed, whole


@dataclass(frozen=True)
class Line:
    """One line of choice: where it stands, its visit, why, and the questions about it."""

    index: int
    visit: SelectField
    why: StringField
    position: IntegerField
    questions: list[tuple[Asked, Field]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all stands in it."""
        said = any(field.data for _asked, field in self.questions)
        return not (self.visit.data or self.why.data or said)


@dataclass(frozen=True)
class Section:
    """A section of the form as its reader sees it."""

    title: str
    intro: str
    questions: list[tuple[Asked, Field]]


class ApplicationForm(VersionedForm):
    """The part that is the same for every call. `form_for` adds lines of choice and questions."""

    most_choices = 0
    questionnaire = Questionnaire()
    language = "en"
    substitute_name = line(_l("Name of your substitute"), required=False, limit=LINE)
    substitute_email = line(_l("E-mail address of your substitute"), required=False, limit=ADDRESS)

    @property
    def lines(self) -> list[Line]:
        """The lines of choice in the order of the form."""
        return [
            Line(
                index,
                self[f"visit_{index}"],
                self[f"why_{index}"],
                self[f"position_{index}"],
                self._fields_of(self.questionnaire.asked_of(AskedOf.CHOICE), index),
            )
            for index in range(self.most_choices)
        ]

    def _fields_of(self, questions: Sequence[Asked], line: int | None = None) -> list[tuple[Asked, Field]]:
        return [(one, self[question_field(one.id, line)]) for one in questions]

    @property
    def sections(self) -> list[Section]:
        """The sections with questions about the whole application."""
        return [section for part in self.questionnaire.parts if (section := self._section(part)).questions]

    def _section(self, part: Part) -> Section:
        mine = [one for one in part.questions if one.definition.asked_of is AskedOf.APPLICATION]
        return Section(
            in_language(part.titles, self.language),
            in_language(part.intros, self.language),
            self._fields_of(mine),
        )

    def ordered(self) -> list[Line]:
        """The lines by position; of equal ones the upper first."""
        return sorted(self.lines, key=lambda line: line.position.data or self.most_choices)

    def _filled(self) -> list[Line]:
        return [line for line in self.ordered() if not line.is_empty]

    def content(self) -> ApplicationContent:
        """What was typed, the choices in order of rank."""
        return ApplicationContent(
            choices=tuple(
                ChoiceContent(_visit_id(line.visit.data), typed(line.why), _answers(line.questions))
                for line in self._filled()
            ),
            answers=_answers(self._fields_of(self.questionnaire.asked_of(AskedOf.APPLICATION))),
            substitute_name=typed(self.substitute_name),
            substitute_email=typed(self.substitute_email),
        )

    def file_fields(self) -> Iterator[tuple[Asked, Field]]:
        """The fields whose answer is a file."""
        every = self._fields_of(self.questionnaire.asked_of(AskedOf.APPLICATION))
        every += [pair for line in self.lines for pair in line.questions]
        return (pair for pair in every if pair[0].definition.kind is Kind.FILE)

    def add_refusal(self, refusal: Refused) -> None:
        """Each missing thing at its own field; a rank is turned back into the line it was typed in."""
        for one in refusal.problems if isinstance(refusal, Incomplete) else [refusal]:
            super().add_refusal(Refused(one.reason, field=self.line_field(one.field)))

    def line_field(self, name: str | None) -> str | None:
        """The name of the field in this form, where choices are counted by line and not by rank."""
        kind, _underscore, rest = (name or "").partition("_")
        filled = self._filled()
        if kind in {"visit", "why"} and int(rest) < len(filled):
            return f"{kind}_{filled[int(rest)].index}"
        if kind.startswith("q") and kind != "q":
            return f"q{filled[int(kind[1:])].index}_{rest}"
        return name


def _visit_id(data: str | None) -> uuid.UUID | None:
    return uuid.UUID(data) if data else None


def _answers(questions: Sequence[tuple[Asked, Field]]) -> Answers:
    answers: dict[uuid.UUID, Raw] = {one.id: raw_of(one.definition, field) for one, field in questions}
    return {question: raw for question, raw in answers.items() if raw}


def form_for(
    call: Call,
    visits: Sequence[Visit],
    questionnaire: Questionnaire,
    content: ApplicationContent,
    *,
    version: int = 0,
    language: str = "en",
    blank: bool = False,
) -> ApplicationForm:
    """The form of this call, filled with the content. `blank` leaves out what the request sent."""
    most = min(call.max_choices, len(visits))
    fields: dict[str, Any] = {"most_choices": most, "questionnaire": questionnaire, "language": language}
    for index in range(most):
        fields |= _line_fields(index, most, visits, questionnaire, language)
    for question in questionnaire.asked_of(AskedOf.APPLICATION):
        fields[question_field(question.id)] = _question_field(question, language, None)
    form_class = type("CallApplicationForm", (ApplicationForm,), fields)
    data = {"version": version, **_data(content, questionnaire)}
    return cast(ApplicationForm, form_class(formdata=None, data=data) if blank else form_class(data=data))


def _question_field(question: Asked, language: str, line: int | None) -> Field:
    condition, render = question.definition.condition, {}
    if condition:
        render = {
            "data-shown-if": f"{question_field(condition.question)} {question_field(condition.question, line)}",
            "data-shown-values": " ".join(condition.values),
        }
    return field_for(question.definition, language, **render)


def _line_fields(
    index: int, most: int, visits: Sequence[Visit], questionnaire: Questionnaire, language: str
) -> dict[str, Field]:
    names = [
        (str(visit.id), f"{visit.place} ({country_tag(visit.country)}): {visit.title}") for visit in visits
    ]
    fields: dict[str, Field] = {
        f"visit_{index}": SelectField(
            _l("Visit"), choices=options([("", _("No visit")), *names]), default=""
        ),
        f"why_{index}": TextAreaField(
            _l("Why this visit"),
            filters=text_filters(),
            validators=[
                Length(max=MOST_KEPT, message=_("More than %(n)s characters cannot be kept.", n=MOST_KEPT))
            ],
            render_kw={"data-count": MOTIVATION},
        ),
        f"position_{index}": whole(
            _l("Position"), 1, most, required=False, default=index + 1, render_kw={"data-position": True}
        ),
    }
    for question in questionnaire.asked_of(AskedOf.CHOICE):
        fields[question_field(question.id, index)] = _question_field(question, language, index)
    return fields


def _data(content: ApplicationContent, questionnaire: Questionnaire) -> dict[str, Any]:
    data: dict[str, Any] = {
        "substitute_name": content.substitute_name,
        "substitute_email": content.substitute_email,
    }
    data |= _answer_data(questionnaire.asked_of(AskedOf.APPLICATION), content.answers, None)
    for index, choice in enumerate(content.choices):
        data |= {f"visit_{index}": str(choice.visit_id or ""), f"why_{index}": choice.motivation}
        data |= _answer_data(questionnaire.asked_of(AskedOf.CHOICE), choice.answers, index)
    return data


def _answer_data(questions: Sequence[Asked], answers: Answers, line: int | None) -> dict[str, Any]:
    return {question_field(one.id, line): data_of(one.definition, answers.get(one.id)) for one in questions}
