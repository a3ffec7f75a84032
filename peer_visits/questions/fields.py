"""Form fields of questions. They keep what is typed as typed: only sending judges it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import DateInput, URLInput

from peer_visits.accounts.forms import country_choices
from peer_visits.kernel.text import clean_line, clean_text, in_language
from peer_visits.questions.definition import Definition, Raw
from peer_visits.questions.kinds import LEVELS, NO, YES, Kind, Unit
from peer_visits.questions.rules import MOST_KEPT, limit_of
from peer_visits.questions.words import LEVEL_WORDS
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import options, ticks

Builder = Callable[[Definition, str, dict[str, Any]], Field]

# More options than this are a list to open, not a group of buttons.
MOST_BUTTONS = 7
_NOTHING_YET = ("", _l("Choose one"))


def field_for(definition: Definition, language: str, **render: Any) -> Field:
    """The unbound field of a question, in the language of its reader."""
    label, hint = in_language(definition.labels, language), in_language(definition.helps, language)
    common = {
        "label": label,
        "description": hint,
        "validators": [Optional(), *_length(definition)],
        "render_kw": {**_attributes(definition), **render},
    }
    build: Builder = _BUILDERS[definition.kind]
    return build(definition, language, common)


def _length(definition: Definition) -> list[Length]:
    is_text = definition.kind in {Kind.SHORT, Kind.LONG, Kind.LINK, Kind.NUMBER, Kind.DATE}
    message = _("More than %(n)s characters cannot be kept.", n=MOST_KEPT)
    return [Length(max=MOST_KEPT, message=message)] if is_text else []


def _attributes(definition: Definition) -> dict[str, Any]:
    if definition.kind not in {Kind.SHORT, Kind.LONG}:
        return {}
    counted = {"data-count": limit_of(definition)}
    return {**counted, "data-count-unit": "words"} if definition.unit is Unit.WORDS else counted


def without_nul(value: str | None) -> str:
    """Text that every database keeps."""
    return (value or "").replace("\x00", "")


def line_filters() -> list[Any]:
    """How one line is cleaned before it is kept."""
    return [without_nul, clean_line]


def text_filters() -> list[Any]:
    """How several lines are cleaned before they are kept."""
    return [without_nul, clean_text]


def _short(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    return StringField(filters=line_filters(), **common)


def _long(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    return TextAreaField(filters=text_filters(), **common)


def _one(definition: Definition, language: str, common: dict[str, Any]) -> Field:
    answers = _answers(definition, language)
    if len(answers) > MOST_BUTTONS:
        return SelectField(choices=options([_NOTHING_YET, *answers]), validate_choice=False, **common)
    return RadioField(choices=options(answers), validate_choice=False, **common)


def _many(definition: Definition, language: str, common: dict[str, Any]) -> Field:
    return ticks(choices=_answers(definition, language), validate_choice=False, **common)


def _answers(definition: Definition, language: str) -> list[tuple[str, str]]:
    return [(option.key, in_language(option.labels, language)) for option in definition.options]


def _number(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    common["render_kw"] = {**common["render_kw"], "inputmode": "decimal", "autocomplete": "off"}
    return StringField(filters=line_filters(), **common)


def _date(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    return StringField(filters=line_filters(), widget=DateInput(), **common)


def _yes_no(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    return RadioField(choices=options([(YES, _("Yes")), (NO, _("No"))]), validate_choice=False, **common)


def _consent(definition: Definition, language: str, common: dict[str, Any]) -> Field:
    """One tick whose words are the question itself, under a heading of its own."""
    label = in_language(definition.labels, language)
    return ticks(**{**common, "label": _("Your consent")}, choices=[(YES, label)], validate_choice=False)


def _country(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    countries = country_choices(reader_locale())
    return SelectField(choices=options([_NOTHING_YET, *countries]), validate_choice=False, **common)


def _level(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    levels = [(level, LEVEL_WORDS[level]) for level in LEVELS]
    return SelectField(choices=options([_NOTHING_YET, *levels]), validate_choice=False, **common)


def _link(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    common["render_kw"] = {**common["render_kw"], "placeholder": "https://"}
    return StringField(filters=line_filters(), widget=URLInput(), **common)


class FileAnswerField(HiddenField):
    """The id of a file given as an answer. On the page its field is the one that takes the file, `file_` and the id."""


def _file(_definition: Definition, _language: str, common: dict[str, Any]) -> Field:
    """The id of the file given; the file itself is sent beside it."""
    return FileAnswerField(**{**common, "filters": line_filters()})


_BUILDERS: dict[Kind, Builder] = {
    Kind.SHORT: _short,
    Kind.LONG: _long,
    Kind.ONE: _one,
    Kind.MANY: _many,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CONSENT: _consent,
    Kind.COUNTRY: _country,
    Kind.LEVEL: _level,
    Kind.LINK: _link,
    Kind.FILE: _file,
}


def raw_of(definition: Definition, field: Field) -> Raw:
    """What is typed into the field, as an answer keeps it."""
    if definition.kind is Kind.CONSENT:
        return YES if YES in _listed(field.data) else ""
    if definition.kind is Kind.MANY:
        return _listed(field.data)
    return str(field.data or "")[: MOST_KEPT * 2]


def _listed(data: Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys(without_nul(one)[:200] for one in data or ()))[:100]


def data_of(definition: Definition, raw: Raw | None) -> Any:
    """An answer as the field shows it."""
    if definition.kind in {Kind.MANY, Kind.CONSENT}:
        return [raw] if isinstance(raw, str) and raw else list(raw or [])
    return raw or None
