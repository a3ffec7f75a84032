"""Sentences to the person: every one the solver says about "them" is said to "you"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from peer_visits.allocation import solving
from peer_visits.allocation.sentences import TO_THE_PERSON, rule_words, to_the_person
from peer_visits.allocation.settings import RuleName
from peer_visits.kernel.text import phrase

SOURCE = (Path(str(solving.__file__)).parent / "reasons.py").read_text("utf-8")


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
    assert rule_words("country@v", bounds) == "at most 4 from one country"
    assert rule_words("country-softened@v", bounds) == "at most 4 from one country"
    assert rule_words("host-country-x@v", bounds) == "at most 2 from the host's own country"
    assert rule_words("capacity@v", bounds) == "the number of places"
    assert all(rule_words(f"{name}@v", {name: 3}) for name in RuleName)
