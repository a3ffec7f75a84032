"""The words around a report are there in every language we speak."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from peer_visits.accounts.forms import KINDS
from peer_visits.library.printing import gathering, words
from peer_visits.outbox.wording.speech import LANGUAGES, catalogue

SPOKEN = re.compile(r'say\("([^"]+)"|\.words\(\s*"([^"]+)"|^    [\w."]+: "([^"]+)"', re.MULTILINE)


def spoken() -> set[str]:
    source = "".join(Path(str(one.__file__)).read_text() for one in (words, gathering))
    return {text for found in SPOKEN.findall(source) for text in found if text}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_word_is_translated(language: str) -> None:
    known = catalogue(language)
    assert len(spoken()) > 20
    assert {one for one in spoken() if one not in known} == set()


def test_kinds_of_organisation_are_called_as_on_our_pages(app: Flask) -> None:
    said = words.Words("en")
    with app.test_request_context():
        assert [said.kind(kind) for kind, _name in KINDS] == [str(name) for _kind, name in KINDS]
