"""Applications are found by what people remember, however they type it, and hostile words find nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.applications import searching
from peer_visits.applications.models import Application
from peer_visits.applications.searching import has_words, words_in
from tests.support.factories import make_application, make_call, make_person, make_visit

Find = Callable[[str], list[str]]


@pytest.fixture
def find(session: Session) -> Find:
    """Search among four applications; gives the names found."""
    call = make_call(session)
    visit = make_visit(session, call)
    for name, organisation, words in (
        ("Zofia Nowak", "Miasto Łódź", "Księży Młyn"),
        ("Ανδρέας Παππάς", "Δήμος Αθηναίων", "Ελλάδα"),
        ("Jörg Weiß", "Straßenamt", "don't panic; 100% sure"),
        ("Ada Lodge", "City of Lodging", "nothing"),
    ):
        person = make_person(session, name, organisation=organisation)
        make_application(session, call, [visit], person, brings=words)

    def names(asked: str) -> list[str]:
        found = session.scalars(select(Application).where(has_words(session, asked))).all()
        return sorted(one.sort_name for one in found)

    return names


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("lodz", ["zofia nowak"]),
        ("ŁÓDŹ", ["zofia nowak"]),
        ("lod", ["ada lodge", "zofia nowak"]),
        ("ksiezy mlyn", ["zofia nowak"]),
        ("nowak ksiezy", ["zofia nowak"]),
        ("nowak panic", []),
        ("ελλαδα", ["ανδρεασ παππασ"]),
        ("αθηναιων", ["ανδρεασ παππασ"]),
        ("strasse", ["jorg weiss"]),
        ("weiss", ["jorg weiss"]),
        ("100", ["jorg weiss"]),
        ("don't", ["jorg weiss"]),
    ],
)
def test_words_as_people_type_them(find: Find, asked: str, names: list[str]) -> None:
    assert find(asked) == names


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "%",
        "_",
        "***",
        '"',
        "a AND (",
        "NEAR(x y)",
        "words:x OR 1=1 --",
        "' OR ''='",
        ":* & !",
        "😀",
        "\\",
        "x" * 10_000,
        "nowak " * 500 + "nobody",
    ],
    ids=lambda asked: asked[:12],
)
def test_hostile_words_are_only_words(find: Find, asked: str) -> None:
    assert isinstance(find(asked), list)


def test_a_word_is_folded_cut_and_kept_once() -> None:
    assert words_in("Łódź łodz", "a_b " + "x" * 100) == ["lodz", "a", "b", "x" * 60]


def test_many_and_few_are_found_alike(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    few = find("why choice")
    monkeypatch.setattr(searching, "FEW", 1)
    assert find("why choice") == few
    assert len(few) == 4
