"""What a machine can see of a translation: no English left in it, nothing lost, and the customs of its language."""

from __future__ import annotations

import re
from datetime import date
from email import message_from_bytes
from itertools import pairwise

import pytest

from peer_visits.outbox.wording.defaults import default_texts
from peer_visits.outbox.wording.speech import LANGUAGES, Speech, catalogue
from tests.outbox.wording.samples import WORDINGS, letter, rendered

TRANSLATED = LANGUAGES[1:]
# Where a sentence, or a part of one between placeholders, links and marks, ends.
_ENDS = re.compile(r"\{\w+\}|[\n.:;,!?()\[\]*“”]")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_DATES = "until|at|closes_at|closed_at|answers_by|answer_by|due_on|day|on"
# What an editor took out, by what it would do: a date with the wrong article, an article that does not know what
# follows, words for one sex, another form of address, a word for the guests instead of the hosts.
_BANNED = {
    "fr": r"pour vous seul\b|\b(tu|ton|ta|tes)\b",
    "hr": r"\w/la\b|\w/\w+la\b|\b(ti|tvoj\w*)\b",
    "hu": r"\ba\(z\)|\b(te|neked|téged)\b",
    "it": rf"\b(il|al|dal|nel) \**\{{({_DATES})\}}|[“”]|\b(Lei|Suo|Sua)\b",
    "nl": r"gastteam|\b[uU]w?\b|PDF",
    "fi": r"\b(Te|te|Teidän|teidän)\b",
}


def parts(text: str) -> set[str]:
    """The fixed parts of a text that are at least three words long."""
    found = (one.strip() for one in _ENDS.split(text))
    return {one for one in found if one.count(" ") >= 2}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_is_left_in_a_translation(language: str) -> None:
    english = {part for words in default_texts("en").values() for part in parts(words.body)}
    assert len(english) > 200
    for name, words in default_texts(language).items():
        assert parts(words.body) & english == set(), name
        assert words.subject != default_texts("en")[name].subject or name.startswith("group."), name
    left = [one for one, said in catalogue(language).items() if one == said and " " in one]
    assert left == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_fixed_sentence_reaches_a_reader_in_english(language: str) -> None:
    sentences = [one for one in catalogue(language) if " " in one and "%(" not in one]
    for name in WORDINGS:
        mail = rendered(name, language, leave_url="https://visits.example.org/mail/unsubscribe/x")
        assert [one for one in sentences if one in mail.text or one in mail.html] == [], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_its_language_and_holds_nothing_raw(language: str) -> None:
    for name in WORDINGS:
        mail = rendered(name, language)
        assert mail.html.count("<html") == mail.html.count(f'<html lang="{language}">') == 1
        said = f"{mail.subject} {mail.text}"
        assert re.findall(r"[{}]|%\(|Europe/|\bNone\b|Phrase|datetime", said) == [], name
        assert mail.subject == mail.subject.strip() != "", name
        assert re.findall(r"\([^()]*\([^()]*\)", said) == [], f"a bracket within a bracket in {name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_in_every_language_can_pass_any_server(language: str) -> None:
    for name in WORDINGS:
        raw, mail = letter(name, language), rendered(name, language)
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert raw.isascii()
        for part, said in zip(message_from_bytes(raw).get_payload(), (mail.text, mail.html), strict=True):
            assert part.get_payload(decode=True).decode().split() == said.split(), name


@pytest.mark.parametrize("language", TRANSLATED)
def test_subjects_name_the_same_things(language: str) -> None:
    for name, words in default_texts("en").items():
        translated = default_texts(language)[name].subject
        assert sorted(_PLACEHOLDER.findall(translated)) == sorted(_PLACEHOLDER.findall(words.subject)), name


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_an_editor_took_out_does_not_come_back(language: str) -> None:
    for name, words in default_texts(language).items():
        assert re.findall(_BANNED[language], f"{words.subject}\n{words.body}") == [], name
    for said in catalogue(language).values():
        assert re.findall(_BANNED[language], said) == [], said


def test_french_marks_keep_their_blank_at_the_end_of_a_line() -> None:
    for name in WORDINGS:
        mail = rendered(name, "fr")
        words = re.sub(
            r"https?://\S+", "", re.sub("<style.*</style>|<[^>]*>", " ", mail.html, flags=re.DOTALL)
        )
        assert re.findall(r"« |\w [:;?!»](?!\w)", f"{mail.subject}\n{words}") == [], name


@pytest.mark.parametrize(
    ("language", "one_month", "two_months"),
    [
        ("en", "1–3 March 2026", "27 February – 2 March 2026"),
        ("fi", "1.–3. maaliskuuta 2026", "27. helmikuuta – 2. maaliskuuta 2026"),
        ("fr", "1er–3 mars 2026", "27 février – 2 mars 2026"),
        ("hr", "1.–3. ožujka 2026.", "27. veljače – 2. ožujka 2026."),
        ("hu", "2026. március 1–3.", "2026. február 27. – március 2."),
        ("it", "1–3 marzo 2026", "27 febbraio – 2 marzo 2026"),
        ("nl", "1–3 maart 2026", "27 februari – 2 maart 2026"),
    ],
)
def test_days_are_written_as_the_language_writes_them(language: str, one_month: str, two_months: str) -> None:
    speech = Speech(language, "Europe/Brussels")
    assert speech.days(date(2026, 3, 1), date(2026, 3, 3)) == one_month
    assert speech.days(date(2026, 2, 27), date(2026, 3, 2)) == two_months
    years = speech.days(date(2025, 12, 30), date(2026, 1, 2))
    assert [year in years for year in ("2025", "2026")] == [True, True]
    assert speech.days(date(2026, 3, 1), None) == speech.day(date(2026, 3, 1))


def test_the_first_of_a_month_in_french() -> None:
    speech = Speech("fr", "Europe/Brussels")
    days = [date(2026, 3, 1), date(2026, 3, 11), date(2026, 3, 21)]
    assert [speech.day(day) for day in days] == ["1er mars 2026", "11 mars 2026", "21 mars 2026"]
    assert speech.weekday(days[0]) == "dimanche 1er mars 2026"
    assert all(speech.day(one) != speech.day(other) for one, other in pairwise(days))
