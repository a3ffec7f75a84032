"""Whether a question is asked, whether an answer fits, and what is missing. Plain values only."""

from __future__ import annotations

import re
import uuid
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from peer_visits.kernel.text import Phrase, forbidden_characters, phrase
from peer_visits.questions.definition import Answers, Asked, Definition, Raw
from peer_visits.questions.kinds import LEVELS, NO, TEXTS, YES, Kind, Unit

# A draft keeps what is typed even when it is too long, up to this many characters a field.
MOST_KEPT = 20_000
SHORT_LIMIT, LONG_LIMIT = 200, 4000
LINK_LIMIT = 500


def kept_until(closes_at: datetime, months: int) -> datetime:
    """The moment from which answers are kept no longer: so many calendar months after the call has closed."""
    years, month = divmod(closes_at.month - 1 + months, 12)
    last = monthrange(closes_at.year + years, month + 1)[1]
    return closes_at.replace(year=closes_at.year + years, month=month + 1, day=min(closes_at.day, last))


def characters(text: str) -> int:
    """Code points; line ends have been made one character each before."""
    return len(text)


def words(text: str) -> int:
    """What blanks separate."""
    return len(text.split())


def limit_of(definition: Definition) -> int:
    """The most a text may hold, in the definition's unit."""
    return definition.limit or (SHORT_LIMIT if definition.kind is Kind.SHORT else LONG_LIMIT)


def values_of(raw: Raw | None) -> list[str]:
    """An answer as a list of values: none, one or many."""
    if not raw:
        return []
    return [raw] if isinstance(raw, str) else list(raw)


def is_answered(definition: Definition, raw: Raw | None) -> bool:
    """Whether there is an answer. A consent is answered only by giving it."""
    if definition.kind is Kind.CONSENT:
        return raw == YES
    return bool(values_of(raw))


def is_asked(question: Asked, answers: Answers, by_id: Mapping[uuid.UUID, Asked]) -> bool:
    """Whether the conditions let the question be shown: an answer that is itself hidden decides nothing."""
    condition = question.definition.condition
    if condition is None:
        return True
    source = by_id.get(condition.question)
    if source is None or not is_asked(source, answers, _without(by_id, question.id)):
        return False
    return bool(set(values_of(answers.get(source.id))) & set(condition.values))


def _without(by_id: Mapping[uuid.UUID, Asked], one: uuid.UUID) -> Mapping[uuid.UUID, Asked]:
    """A ring of conditions ends here instead of never."""
    return {key: value for key, value in by_id.items() if key != one}


def asked_questions(
    questions: Iterable[Asked], answers: Answers, by_id: Mapping[uuid.UUID, Asked]
) -> list[Asked]:
    """Those of the questions that these answers let be shown."""
    return [one for one in questions if is_asked(one, answers, by_id)]


def problem_with(definition: Definition, raw: Raw | None) -> Phrase | None:
    """What keeps an answer from being sent, or nothing."""
    if not is_answered(definition, raw):
        return _nothing_said(definition) if definition.required else None
    return _CHECKS[definition.kind](definition, values_of(raw))


def _nothing_said(definition: Definition) -> Phrase:
    if definition.kind is Kind.CONSENT:
        return phrase("This consent is needed to apply.")
    if definition.kind is Kind.FILE:
        return phrase("Add the file.")
    if definition.kind in TEXTS or definition.kind in {Kind.NUMBER, Kind.DATE, Kind.LINK}:
        return phrase("Fill this in.")
    return phrase("Choose an answer.")


def _check_text(definition: Definition, values: list[str]) -> Phrase | None:
    found = forbidden_characters(values[0], lines=definition.kind is Kind.LONG)
    if found:
        return phrase(
            "Remove the invisible characters (%(names)s), perhaps by typing the text again.",
            names=", ".join(found),
        )
    most = limit_of(definition)
    if definition.unit is Unit.WORDS:
        return phrase("Write at most %(n)s words.", n=most) if words(values[0]) > most else None
    return phrase("Write at most %(n)s characters.", n=most) if characters(values[0]) > most else None


def _check_options(definition: Definition, values: list[str]) -> Phrase | None:
    known = {option.key for option in definition.options}
    if not set(values) <= known:
        return phrase("Choose one of the answers offered.")
    most = definition.highest
    if definition.kind is Kind.MANY and most and len(set(values)) > most:
        return phrase("Choose at most %(n)s.", n=most)
    return None


def number_in(text: str) -> Decimal | None:
    """A number as people write it: a comma or a point before the decimals, blanks between thousands."""
    plain = re.sub(r"[\s\u00a0\u202f']", "", text).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,6})?", plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _check_number(definition: Definition, values: list[str]) -> Phrase | None:
    number = number_in(values[0])
    if number is None:
        return phrase("Write a number, such as 12 or 3.5.")
    if definition.lowest is not None and number < definition.lowest:
        return phrase("Write a number of at least %(n)s.", n=definition.lowest)
    if definition.highest is not None and number > definition.highest:
        return phrase("Write a number of at most %(n)s.", n=definition.highest)
    return None


def day_in(text: str) -> date | None:
    """A day as date fields send it, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _check_date(_definition: Definition, values: list[str]) -> Phrase | None:
    return None if day_in(values[0]) else phrase("Write a date, such as 2026-05-31.")


def _check_yes_no(_definition: Definition, values: list[str]) -> Phrase | None:
    return None if values[0] in {YES, NO} else phrase("Answer yes or no.")


def _check_consent(_definition: Definition, _values: list[str]) -> Phrase | None:
    return None


def _check_country(_definition: Definition, values: list[str]) -> Phrase | None:
    good = re.fullmatch(r"[A-Z]{2}", values[0])
    return None if good else phrase("Choose one of the answers offered.")


def _check_level(_definition: Definition, values: list[str]) -> Phrase | None:
    return None if values[0] in LEVELS else phrase("Choose one of the answers offered.")


def _check_link(_definition: Definition, values: list[str]) -> Phrase | None:
    if len(values[0]) > LINK_LIMIT:
        return phrase("Write at most %(n)s characters.", n=LINK_LIMIT)
    if forbidden_characters(values[0], lines=False) or not _is_link(values[0]):
        return phrase("Write an address that begins with https:// or http://.")
    return None


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in text


def _check_file(_definition: Definition, values: list[str]) -> Phrase | None:
    try:
        uuid.UUID(values[0])
    except ValueError:
        return phrase("Add the file again.")
    return None


_CHECKS: dict[Kind, Callable[[Definition, list[str]], Phrase | None]] = {
    Kind.SHORT: _check_text,
    Kind.LONG: _check_text,
    Kind.ONE: _check_options,
    Kind.MANY: _check_options,
    Kind.NUMBER: _check_number,
    Kind.DATE: _check_date,
    Kind.YES_NO: _check_yes_no,
    Kind.CONSENT: _check_consent,
    Kind.COUNTRY: _check_country,
    Kind.LEVEL: _check_level,
    Kind.LINK: _check_link,
    Kind.FILE: _check_file,
}
