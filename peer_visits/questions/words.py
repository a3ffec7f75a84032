"""Answers as people read them."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from peer_visits.kernel.text import in_language
from peer_visits.questions.definition import Definition, Raw
from peer_visits.questions.kinds import AskedOf, Audience, Kind
from peer_visits.questions.rules import day_in, number_in, values_of
from peer_visits.web.formats import country, day, number

KINDS = {
    Kind.SHORT: _l("Short text"),
    Kind.LONG: _l("Long text"),
    Kind.ONE: _l("One of several answers"),
    Kind.MANY: _l("Several of several answers"),
    Kind.NUMBER: _l("Number"),
    Kind.DATE: _l("Date"),
    Kind.YES_NO: _l("Yes or no"),
    Kind.CONSENT: _l("Consent"),
    Kind.COUNTRY: _l("Country"),
    Kind.LEVEL: _l("Language level"),
    Kind.LINK: _l("Link"),
    Kind.FILE: _l("File"),
}
AUDIENCES = {
    Audience.HOSTS: _l("Organiser and hosts"),
    Audience.HOSTS_UNLESS_BLIND: _l("Organiser and hosts, but not while they read without names"),
    Audience.ORGANISER: _l("Organiser only"),
}
ASKED_OF = {
    AskedOf.APPLICATION: _l("Once for the application"),
    AskedOf.CHOICE: _l("For each chosen visit"),
}
LEVEL_WORDS = {
    "none": _l("None"),
    "A1": _l("A1 beginner"),
    "A2": _l("A2 elementary"),
    "B1": _l("B1 intermediate"),
    "B2": _l("B2 upper intermediate"),
    "C1": _l("C1 advanced"),
    "C2": _l("C2 near native"),
    "native": _l("Native"),
}


def answer_words(definition: Definition, raw: Raw | None, language: str = "en") -> str:
    """An answer in words; nothing for none. A file's answer is its id: the page shows the file itself."""
    values = values_of(raw)
    return ", ".join(_value_words(definition, value, language) for value in values)


def _value_words(definition: Definition, value: str, language: str) -> str:
    if definition.kind in {Kind.ONE, Kind.MANY}:
        labels = {option.key: in_language(option.labels, language) for option in definition.options}
        return labels.get(value, value)
    if definition.kind in {Kind.YES_NO, Kind.CONSENT}:
        return str({"yes": _("Yes"), "no": _("No")}.get(value, value))
    if definition.kind is Kind.COUNTRY:
        return country(value)
    if definition.kind is Kind.LEVEL:
        return str(LEVEL_WORDS.get(value, value))
    if definition.kind is Kind.DATE:
        return day(day_in(value)) or value
    if definition.kind is Kind.NUMBER:
        return _number_words(number_in(value), value)
    return value


def _number_words(found: Decimal | None, typed: str) -> str:
    return typed if found is None else number(float(found))
