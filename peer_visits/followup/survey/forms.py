"""The questions as a form, and the end of a survey."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField

from peer_visits.followup.survey.models import LONGEST_REMARK
from peer_visits.followup.survey.rules import VALUES, Question, Remark, Side
from peer_visits.followup.survey.words import REMARKS, question_words
from peer_visits.followup.survey.words import VALUES as VALUE_WORDS
from peer_visits.web.forms import Form, Required, VersionedForm, options, text, typed

_NAMES = {str(value): VALUE_WORDS[value] for value in VALUES}


def _scale() -> RadioField:
    return RadioField(
        choices=options(_NAMES.items()),
        validators=[Required(_l("Choose a number, or “cannot say”."))],
        validate_choice=True,
    )


class SurveyForm(Form):
    """One answer."""

    promise = _scale()
    learning = _scale()
    group = _scale()
    exchange = _scale()
    organisation = _scale()
    again = _scale()
    useful = text(REMARKS[Remark.USEFUL], required=False, limit=LONGEST_REMARK)
    better = text(REMARKS[Remark.BETTER], required=False, limit=LONGEST_REMARK)

    def word_for(self, side: Side) -> None:
        """Put the questions as this side reads them."""
        for question in Question:
            self[question.value].label.text = question_words(question, side)

    def answers(self) -> Mapping[Question, int]:
        """What was chosen on the scale."""
        return {question: int(self[question.value].data) for question in Question}

    def remarks(self) -> Mapping[Remark, str]:
        """What was written."""
        return {remark: typed(self[remark.value]) for remark in Remark}


class ClosingForm(VersionedForm):
    """The last day of a survey."""

    closes_on = DateField(_l("Last day for answers"), validators=[Required()])


class OpenForm(Form):
    """One step, nothing typed."""
