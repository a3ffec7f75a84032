"""Sentences to the person: every one the solver says about "them" is said to "you"."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from peer_visits.allocation.sentences import TO_THE_PERSON, rule_words, to_the_person
from peer_visits.allocation.settings import RuleName
from peer_visits.allocation.solving.reasons import explaining
from peer_visits.allocation.solving.reasons.explaining import listed
from peer_visits.allocation.storing import read_phrase, write_phrase
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.wording.speech import LANGUAGES, Speech

SOURCE = Path(str(explaining.__file__)).read_text("utf-8")


def test_every_sentence_about_a_person_is_known() -> None:
    said = set(re.findall(r'(?<!")"([A-Z][^"\n]*\.)"(?!")', SOURCE))
    about = {one for one in said if re.search(r"\b([Tt]hey|their|them)\b", one)}
    # Who "they" are in this one is somebody else.
    about -= {one for one in about if one.startswith("People with no more points")}
    about.discard("They applied for no visit.")  # nobody without a wish takes part
    assert about <= TO_THE_PERSON.keys()
    assert TO_THE_PERSON.keys() <= said, "no sentence is kept that the solver does not say"


@pytest.mark.parametrize("before", TO_THE_PERSON)
def test_the_values_stay(before: str) -> None:
    names = set(re.findall(r"%\((\w+)\)", before))
    assert set(re.findall(r"%\((\w+)\)", TO_THE_PERSON[before])) == names
    values = dict.fromkeys(names, 1)
    assert str(to_the_person(phrase(before, **values)))


def test_rules_in_words() -> None:
    bounds = {"country": 4, "country-softened": 4, "host-country-x": 2}
    said = {name: str(rule_words(f"{name}@v", bounds)) for name in (*bounds, "capacity")}
    assert said == {
        "country": "at most 4 from one country",
        "country-softened": "at most 4 from one country",
        "host-country-x": "at most 2 from the host's own country",
        "capacity": "the number of places",
    }
    assert all("3" in str(rule_words(f"{name}@v", {name: 3})) for name in RuleName)


def test_rules_in_a_sentence_are_translated_with_it() -> None:
    """A rule stays a phrase until it is shown, through the run's record too."""
    rules = [
        rule_words(f"{name}@v", {name: 2}) for name in (RuleName.COUNTRY, RuleName.CIVIL, RuleName.OTHER)
    ]
    kept = read_phrase(
        json.loads(json.dumps(write_phrase(phrase("Because of: %(rules)s.", rules=listed(rules)))))
    )
    assert str(kept) == (
        "Because of: at most 2 from one country, at least 2 from civil society, at least 2 from other organisations."
    )

    def templates(said: object) -> set[str]:
        if not isinstance(said, Phrase):
            return set()
        return {said.template}.union(*map(templates, said.values.values()))

    assert templates(kept) >= {"at most %(bound)s from one country", "at least %(bound)s from civil society"}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_mails_name_rules_in_the_readers_language(language: str) -> None:
    speech = Speech(language, "UTC")
    for name in (*RuleName, "capacity", "pin:a"):
        rule = rule_words(f"{name}@v", {str(name): 7})
        said = speech.say(rule)
        assert said != str(rule)
        assert ("7" in said) is ("7" in str(rule))
