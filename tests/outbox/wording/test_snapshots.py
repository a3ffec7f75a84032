"""Every text of mail in every language, as it is read: kept in a file for each, to be looked at when it changes.

`PEER_VISITS_SNAPSHOTS=1 pytest tests/outbox/wording/test_snapshots.py` writes them anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from peer_visits.allocation.sentences import _RULES as RULE_WORDS
from peer_visits.allocation.sentences import TO_THE_PERSON
from peer_visits.outbox.wording.checking import body_problem, subject_problem
from peer_visits.outbox.wording.defaults import default_texts, default_words
from peer_visits.outbox.wording.definition import Form
from peer_visits.outbox.wording.speech import LANGUAGES, catalogue
from peer_visits.places.mail_texts import PLACE_KINDS
from peer_visits.roles.services import NAMES
from peer_visits.shortlist.messages import ROLES
from tests.outbox.wording.samples import WORDINGS, filled, rendered

FOLDER = Path(__file__).parent / "snapshots"
MARK = "=" * 20


def snapshot(name: str, language: str) -> str:
    """Subject, text and the HTML of the words."""
    mail = filled(name, language)
    return f"{mail.subject}\n\n{mail.text}\n--- html\n{mail.html}\n"


@pytest.mark.parametrize("name", sorted(WORDINGS))
def test_every_text_reads_as_it_was_looked_at(name: str) -> None:
    now = "".join(f"{MARK} {language}\n{snapshot(name, language)}\n" for language in LANGUAGES)
    path = FOLDER / f"{name}.txt"
    if os.environ.get("PEER_VISITS_SNAPSHOTS") == "1":
        path.write_text(now, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == now


def test_no_snapshot_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(WORDINGS)


def test_the_sheet_around_the_words_reads_as_it_was_looked_at() -> None:
    mail = rendered("document.published", leave_url="https://visits.example.org/mail/unsubscribe/x")
    now = f"{mail.text}\n--- html\n{mail.html}"
    path = FOLDER / "sheet.html"
    if os.environ.get("PEER_VISITS_SNAPSHOTS") == "1":
        path.write_text(now, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == now


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(WORDINGS))
def test_the_words_a_mail_begins_with_pass_their_own_check(name: str, language: str) -> None:
    wording = WORDINGS[name]
    words = default_words(wording, language)
    assert (subject_problem(wording, words), body_problem(wording, words)) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_translation_uses_the_same_placeholders_as_the_english(language: str) -> None:
    def used(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{(\w+)\}", text)))

    for name, words in default_texts("en").items():
        assert used(default_texts(language)[name].body) == used(words.body), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_words_has_every_text_and_no_other(language: str) -> None:
    wanted = {one.words_of or one.name for one in WORDINGS.values()}
    assert set(default_texts(language)) == wanted


@pytest.mark.parametrize("language", LANGUAGES[2:])
def test_every_language_has_the_same_fixed_sentences(language: str) -> None:
    assert set(catalogue(language)) == set(catalogue("fi"))
    for english, said in catalogue(language).items():
        assert sorted(re.findall(r"%\(\w+\)[sd]", said)) == sorted(re.findall(r"%\(\w+\)[sd]", english))


def test_every_reason_role_and_part_is_said_in_every_language() -> None:
    said = {
        *TO_THE_PERSON.values(),
        *(str(one.template) for one in (*RULE_WORDS.values(), *ROLES.values(), *NAMES.values())),
        *(one.template for one in PLACE_KINDS.values()),
    }
    assert said <= set(catalogue("fi"))


def test_every_placeholder_is_explained_and_named_once() -> None:
    for wording in WORDINGS.values():
        names = [slot.name for slot in wording.slots]
        assert len(names) == len(set(names)), wording.name
        assert all(str(slot.meaning) for slot in wording.slots)
        assert all(re.fullmatch("[a-z_]+", name) for name in names)


def test_what_a_mail_would_be_worth_nothing_without_has_something_to_say() -> None:
    for name in WORDINGS:
        mail = filled(name)
        for slot in WORDINGS[name].slots:
            if slot.needed and slot.form is Form.LINK:
                assert "https://visits.example.org/" in mail.text, name
