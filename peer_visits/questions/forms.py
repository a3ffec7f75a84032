"""Forms of sections and questions: every text once for each language of the call."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, TextAreaField
from wtforms.validators import Optional

from peer_visits.calls.models import Call
from peer_visits.kernel.text import clean_line, clean_text, in_language
from peer_visits.questions.building import MOST_OPTIONS, deciding_values, make_options, may_decide
from peer_visits.questions.definition import Asked, Condition, Definition, Option
from peer_visits.questions.kinds import TEXTS, WITH_OPTIONS, AskedOf, Audience, Kind, Unit
from peer_visits.questions.models import Question, Section
from peer_visits.questions.words import ASKED_OF, AUDIENCES, KINDS, answer_words
from peer_visits.web.formats import language as language_name
from peer_visits.web.forms import (
    Characters,
    Form,
    VersionedForm,
    choice,
    line,
    options,
    text,
    ticks,
    typed,
    whole,
)

UNITS = {Unit.CHARACTERS: _l("characters"), Unit.WORDS: _l("words")}

# Bounds of a number that is asked for.
MOST = 1_000_000_000


class SectionForm(VersionedForm):
    """Title and a word before the questions, in each language."""

    languages: tuple[str, ...] = ("en",)

    def texts(self, name: str) -> dict[str, str]:
        """The texts of one kind by language, those that are there."""
        found = {one: typed(self[f"{name}_{one}"]) for one in self.languages}
        return {one: text for one, text in found.items() if text}

    @property
    def by_language(self) -> list[tuple[str, list[Field]]]:
        """The fields of each language together."""
        return [(one, [self[f"titles_{one}"], self[f"intros_{one}"]]) for one in self.languages]


def section_form(call: Call, section: Section | None = None) -> SectionForm:
    """The form of a section, filled with what is saved."""
    fields: dict[str, Any] = {"languages": tuple(call.languages)}
    for at, one in enumerate(call.languages):
        fields[f"titles_{one}"] = line(_in(one, _("Title")), required=at == 0)
        fields[f"intros_{one}"] = text(_in(one, _("A word before the questions")), required=False)
    data: dict[str, Any] = {"version": section.version if section else 0}
    if section:
        data |= {f"titles_{one}": words for one, words in section.titles.items()}
        data |= {f"intros_{one}": words for one, words in section.intros.items()}
    return cast(SectionForm, type("CallSectionForm", (SectionForm,), fields)(data=data))


def _in(language: str, label: str) -> str:
    return f"{label} ({language_name(language)})"


class QuestionForm(VersionedForm):
    """Everything about a question. Which fields count depends on its kind."""

    languages: tuple[str, ...] = ("en",)
    before: tuple[Option, ...] = ()

    kind = choice(_l("Kind of answer"), [(kind.value, name) for kind, name in KINDS.items()])
    section = choice(_l("Section"), [])
    asked_of = choice(_l("Asked"), [(one.value, name) for one, name in ASKED_OF.items()])
    required = BooleanField(_l("An answer is needed to send the application"))
    limit = whole(
        _l("At most"),
        1,
        20_000,
        required=False,
        description=_l("Empty: 200 for a short text, 4,000 for a long one."),
    )
    unit = choice(_l("Counted in"), [(one.value, name) for one, name in UNITS.items()])
    lowest = whole(_l("Lowest number"), -MOST, MOST, required=False)
    highest = whole(
        _l("Highest number"),
        -MOST,
        MOST,
        required=False,
        description=_l("For several answers: how many may be chosen at most."),
    )
    conditions = ticks(
        _l("Shown only if"),
        description=_l("Tick the answers of one earlier question. Nothing ticked: everybody is asked."),
    )
    audience = choice(_l("Who reads the answers"), [(one.value, name) for one, name in AUDIENCES.items()])
    purpose = line(
        _l("What it is asked for"),
        limit=500,
        description=_l("In one sentence; it stands in the privacy part of the form."),
    )
    keep_months = whole(_l("Months the answers are kept after the call closes"), 1, 120)

    def texts(self, name: str) -> dict[str, str]:
        """The texts of one kind by language, those that are there."""
        found = {one: typed(self[f"{name}_{one}"]) for one in self.languages}
        return {one: text for one, text in found.items() if text}

    def of_language(self, one: str) -> list[Field]:
        """The fields of one language together."""
        return [self[f"labels_{one}"], self[f"helps_{one}"], self[f"options_{one}"]]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Also: options where a choice is offered, one deciding question, limits in order."""
        good = bool(super().validate(*args, **kwargs))
        return all([self._options_fit(), self._condition_fits(), self._numbers_fit()]) and good

    def _options_fit(self) -> bool:
        if self.kind.data not in {kind.value for kind in WITH_OPTIONS}:
            return True
        lines = self._option_lines()
        first = lines[self.languages[0]]
        problem = ""
        if (len(first) < 2 and self.kind.data == Kind.ONE) or not first:
            problem = _("Write the answers to choose from, one on each line.")
        elif len(first) > MOST_OPTIONS:
            problem = _("Offer at most %(n)s answers.", n=MOST_OPTIONS)
        elif len(set(first)) < len(first):
            problem = _("One of these answers stands there twice.")
        elif any(len(one) > 200 for one in first):
            problem = _("An answer has at most 200 characters.")
        if problem:
            self[f"options_{self.languages[0]}"].errors = [problem]
            return False
        return self._translated(lines, len(first))

    def _translated(self, lines: dict[str, list[str]], count: int) -> bool:
        for one in self.languages[1:]:
            if lines[one] and len(lines[one]) != count:
                self[f"options_{one}"].errors = [
                    _("Write as many lines as in the first language: %(n)s.", n=count)
                ]
                return False
        return True

    def _condition_fits(self) -> bool:
        if len({one.partition(":")[0] for one in self.conditions.data or ()}) <= 1:
            return True
        self.conditions.errors = [_("Tick answers of one question only.")]
        return False

    def _numbers_fit(self) -> bool:
        low, high = self.lowest.data, self.highest.data
        if low is None or high is None or low <= high:
            return True
        self.highest.errors = [_("The highest number is below the lowest.")]
        return False

    def _option_lines(self) -> dict[str, list[str]]:
        return {
            one: [
                clean_line(label) for label in typed(self[f"options_{one}"]).split("\n") if clean_line(label)
            ]
            for one in self.languages
        }

    def definition(self) -> Definition:
        """The question as plain values."""
        kind = Kind(typed(self.kind))
        has_options = kind in WITH_OPTIONS
        return Definition(
            kind=kind,
            labels=self.texts("labels"),
            helps=self.texts("helps"),
            asked_of=AskedOf(typed(self.asked_of)),
            required=bool(self.required.data),
            options=make_options(self._option_lines(), self.before) if has_options else (),
            limit=self.limit.data if kind in TEXTS else None,
            unit=Unit(typed(self.unit)) if kind in TEXTS else Unit.CHARACTERS,
            lowest=self.lowest.data if kind is Kind.NUMBER else None,
            highest=self.highest.data if kind in {Kind.NUMBER, Kind.MANY} else None,
            condition=self._condition(),
            audience=Audience(typed(self.audience)),
            purpose=typed(self.purpose),
            keep_months=self.keep_months.data or 24,
        )

    def _condition(self) -> Condition | None:
        ticked = [one.partition(":") for one in self.conditions.data or ()]
        if not ticked:
            return None
        return Condition(uuid.UUID(ticked[0][0]), tuple(value for _source, _colon, value in ticked))


def question_form(
    call: Call,
    sections: Sequence[Section],
    earlier: Sequence[Asked],
    question: Question | None = None,
    definition: Definition | None = None,
    section: str = "",
) -> QuestionForm:
    """The form of a question, filled with what is saved; `earlier` are the questions that may decide over it."""
    first = call.languages[0]
    fields: dict[str, Any] = {
        "languages": tuple(call.languages),
        "before": definition.options if definition else (),
    }
    for at, one in enumerate(call.languages):
        fields[f"labels_{one}"] = line(_in(one, _("Question")), required=at == 0, limit=500)
        fields[f"helps_{one}"] = text(_in(one, _("Help")), required=False, limit=1000)
        fields[f"options_{one}"] = TextAreaField(
            _in(one, _("Answers to choose from, one on each line")),
            filters=[clean_text],
            validators=[Optional(), Characters(lines=True)],
        )
    form = cast(
        QuestionForm,
        type("CallQuestionForm", (QuestionForm,), fields)(
            data=_question_data(call, question, definition, section)
        ),
    )
    form.section.choices = options((str(one.id), in_language(one.titles, first)) for one in sections)
    form.conditions.choices = options(_condition_choices(earlier, first))
    return form


def _condition_choices(earlier: Sequence[Asked], language: str) -> list[tuple[str, str]]:
    return [
        (f"{source.id}:{value}", _condition_words(source, value, language))
        for source in earlier
        if may_decide(source, AskedOf.CHOICE)
        for value in deciding_values(source)
    ]


def _condition_words(source: Asked, value: str, language: str) -> str:
    label = in_language(source.definition.labels, language)
    return f"{label}: {answer_words(source.definition, value, language)}"


def _question_data(
    call: Call, question: Question | None, definition: Definition | None, section: str
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "version": question.version if question else 0,
        "section": str(question.section_id) if question else section,
        "required": True,
        "unit": Unit.CHARACTERS.value,
        "asked_of": AskedOf.APPLICATION.value,
        "audience": Audience.HOSTS.value,
        "keep_months": 24,
    }
    if definition is None:
        return data
    condition = definition.condition
    data |= {
        "kind": definition.kind.value,
        "asked_of": definition.asked_of.value,
        "required": definition.required,
        "limit": definition.limit,
        "unit": definition.unit.value,
        "lowest": definition.lowest,
        "highest": definition.highest,
        "conditions": [f"{condition.question}:{value}" for value in condition.values] if condition else [],
        "audience": definition.audience.value,
        "purpose": definition.purpose,
        "keep_months": definition.keep_months,
    }
    for one in call.languages:
        data |= {
            f"labels_{one}": definition.labels.get(one, ""),
            f"helps_{one}": definition.helps.get(one, ""),
            f"options_{one}": "\n".join(option.labels.get(one, "") for option in definition.options),
        }
    return data


class TryForm(Form):
    """A form that only shows questions: nothing in it is kept."""
