"""Columns are guessed, cells become answers, and every fault is named with its row and column."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest

from peer_visits.applications.rules import question_field
from peer_visits.imports.context import country_names
from peer_visits.imports.reading import one_head
from peer_visits.imports.rules.answers import read_answer, read_moment
from peer_visits.imports.rules.columns import guess_mapping
from peer_visits.imports.rules.context import Context
from peer_visits.imports.rules.entries import Entry, read_entries
from peer_visits.questions.definition import Asked, Definition, Option, Part, Questionnaire
from peer_visits.questions.kinds import AskedOf, Kind

OPTIONS = (Option("a", {"en": "Archives", "fi": "Arkistot"}), Option("b", {"en": "Buildings, old"}))


def asked(kind: Kind, label: str, **values: Any) -> Asked:
    return Asked(uuid5(NAMESPACE_OID, label), 1, Definition(kind, {"en": label}, **values))


BRINGS = asked(Kind.LONG, "What you bring")
TOPICS = asked(Kind.MANY, "Which topics?", options=OPTIONS, required=False)
LEVEL = asked(Kind.LEVEL, "The host's language", asked_of=AskedOf.CHOICE, required=False)
LETTER = asked(Kind.FILE, "A letter", required=False)
VISITS = {name: uuid5(NAMESPACE_OID, name) for name in ("lodz", "vantaa")}
CONTEXT = Context(
    visits=VISITS,
    questionnaire=Questionnaire((Part(uuid4(), {"en": "All"}, {}, (BRINGS, TOPICS, LEVEL, LETTER)),)),
    countries=country_names(),
    kinds={"local authority": "local", "local": "local"},
    most_choices=2,
    eligible_countries=["FI", "GR"],
    eligible_kinds=[],
    applied=frozenset({"known@example.org"}),
)
HEADS = [
    "Applicant",
    "E-mail",
    "Organisation",
    "Kind of organisation",
    "Country",
    "1st choice",
    "1st choice: why",
]
HEADS += [
    "2nd choice",
    "2nd choice: why",
    "2nd choice: The host's language",
    "What you bring",
    "Which topics?",
]
GOOD = [
    "Ada",
    "ada@example.org",
    "City",
    "Local authority",
    "Greece",
    "Łódź",
    "Why.",
    "",
    "",
    "",
    "Much.",
    "",
]


def read(*rows: list[str], **options: Any) -> list[Entry]:
    return read_entries(rows, guess_mapping(HEADS, CONTEXT), CONTEXT, **options)


def changed(head: str, cell: str) -> list[str]:
    return [cell if name == head else old for name, old in zip(HEADS, GOOD, strict=True)]


def test_a_good_row_is_an_application() -> None:
    [entry] = read(GOOD)
    assert entry.faults == ()
    assert (entry.country, entry.kind) == ("GR", "local")
    assert entry.content.choices[0].visit_id == VISITS["lodz"]
    assert entry.content.answers == {BRINGS.id: "Much."}


@pytest.mark.parametrize(
    ("head", "cell", "column"),
    [
        ("Applicant", "", "name"),
        ("E-mail", "", "email"),
        ("E-mail", "ada at example", "email"),
        ("E-mail", "known@example.org", "email"),
        ("E-mail", "KNOWN@example.org ", "email"),
        ("Organisation", "", "organisation"),
        ("Kind of organisation", "A club", "kind"),
        ("Country", "Atlantis", "country"),
        ("Country", "Norway", "country"),
        ("1st choice", "Nowhere", "visit_1"),
        ("1st choice", "", "visit_1"),
        ("1st choice: why", "", "why_1"),
        ("1st choice: why", "x" * 2001, "why_1"),
        ("2nd choice", "Lodz", "visit_2"),
        ("2nd choice: The host's language", "fluent", question_field(LEVEL.id, 2)),
        ("What you bring", "", question_field(BRINGS.id)),
        ("What you bring", "x" * 4001, question_field(BRINGS.id)),
        ("Which topics?", "Archives; Gardens", question_field(TOPICS.id)),
    ],
)
def test_each_fault_is_named_with_its_column(head: str, cell: str, column: str) -> None:
    [entry] = read(changed(head, cell))
    assert column in [fault.column for fault in entry.faults]
    assert entry.number == 2


def test_an_address_that_stands_twice_is_told_at_the_second() -> None:
    first, second = read(GOOD, GOOD)
    assert first.faults == ()
    assert "row 2" in str(second.faults[0].reason)


def test_missing_answers_may_be_let_through_but_never_a_missing_visit() -> None:
    assert read(changed("What you bring", ""), is_relaxed=True)[0].faults == ()
    assert read(changed("Which topics?", "Gardens"), is_relaxed=True)[0].faults != ()
    nothing = [*GOOD[:5], *[""] * 7]
    assert [fault.column for fault in read(nothing, is_relaxed=True)[0].faults] == ["visit_1"]


@pytest.mark.parametrize(
    ("cells", "raw"),
    [
        (["Archives"], ["a"]),
        (["arkistot; Buildings, old"], ["a", "b"]),
        (["Archives, a"], ["a"]),
        (["Archives", "Buildings, old"], ["a", "b"]),
        (["Archives\nb"], ["a", "b"]),
        (["Gardens"], ["Gardens"]),
    ],
)
def test_several_answers_in_a_cell_or_in_cells(cells: list[str], raw: list[str]) -> None:
    assert read_answer(TOPICS, cells, {}) == raw


@pytest.mark.parametrize(
    ("kind", "cell", "raw"),
    [
        (Kind.YES_NO, "Ja", "yes"),
        (Kind.YES_NO, "0", "no"),
        (Kind.YES_NO, "perhaps", "perhaps"),
        (Kind.CONSENT, "x", "yes"),
        (Kind.COUNTRY, "Suomi", "FI"),
        (Kind.COUNTRY, "EL", "GR"),
        (Kind.LEVEL, "b2", "B2"),
        (Kind.DATE, "31/05/2026", "2026-05-31"),
        (Kind.DATE, "2026-05-31 00:00:00", "2026-05-31"),
        (Kind.NUMBER, "12", "12"),
    ],
)
def test_cells_become_answers(kind: Kind, cell: str, raw: str) -> None:
    assert read_answer(asked(kind, "A question"), [cell], country_names()) == raw


@pytest.mark.parametrize("text", ["2026-05-31T14:05:00Z", "31.05.2026", "2026-05-31 14:05"])
def test_moments_as_tables_write_them(text: str) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert moment.date().isoformat() == "2026-05-31"
    assert read_moment("05/31/2026") is None


def test_two_rows_of_heads_become_one() -> None:
    heads, rows = one_head(
        [
            ["Name", "Which topics?", "", "What you bring"],
            ["Open-Ended Response", "Archives", "Buildings, old", "Open-Ended Response"],
            ["Ada", "Archives", "", "Much."],
        ]
    )
    assert heads == ["Name", "Which topics?: Archives", "Which topics?: Buildings, old", "What you bring"]
    assert rows == [["Ada", "Archives", "", "Much."]]
    mapping = guess_mapping(heads, CONTEXT)
    assert mapping["1"] == mapping["2"] == question_field(TOPICS.id)
