"""Words that people write are checked when they are saved; what is wrong is named."""

from __future__ import annotations

import pytest

from peer_visits.outbox.wording.checking import body_problem, subject_problem
from peer_visits.outbox.wording.definition import Words
from tests.outbox.wording.samples import WORDINGS

OFFER = WORDINGS["offer.made"]
GOOD = (
    "Hello {name}\n\n{visit}\n\nBy {answer_by}: [Answer]({answer_link}) or [read](https://x.example/a%20b)."
)


def said(body: str, subject: str = "For you: {visit_title}") -> str:
    words = Words(subject, body)
    return str(subject_problem(OFFER, words) or body_problem(OFFER, words) or "")


def test_good_words_pass() -> None:
    assert said(GOOD) == ""
    assert said(GOOD + "\n\n[write](mailto:a@example.org)") == ""


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (GOOD + " {visit_titel}", "{visit_titel}"),
        (GOOD + " { name }", "{ name }"),
        (GOOD + " {{ name }}", "{ name }"),
        (GOOD + " {}", "{}"),
        (GOOD + " {name.__class__}", "{name.class}"),
        ("{visit}\n\nBy {answer_by}.", "{answer_link}"),
        ("[Answer]({answer_link})", "{answer_by}"),
        ("", "{answer_by}, {answer_link}"),
        (GOOD + " {site}", "{site}"),
        (GOOD + " see {visit} here", "{visit}"),
        (GOOD + " [x]({host})", "{host}"),
        (GOOD + " [x](http:{host})", "http:{host}"),
        (GOOD + " [x](/offers)", "/offers"),
        (GOOD + " [x](https://x.example/{name})", "https://x.example/{name}"),
    ],
)
def test_what_is_wrong_is_named(body: str, named: str) -> None:
    assert named in said(body)


@pytest.mark.parametrize("subject", ["{nobody}", "{answer_link}", "{visit}"])
def test_a_subject_is_a_line_of_words(subject: str) -> None:
    assert subject in said(GOOD, subject)
