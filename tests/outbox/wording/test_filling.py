"""Data in words: it never becomes markup, a header or another direction; what says nothing is left out."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest

from peer_visits.outbox.wording.definition import Words
from tests.outbox.wording.samples import WORDINGS, Reader, filled, letter

NASTY = '<b onclick="x">[Win](https://evil.example)</b> **{answer_link}** & {unknown}'
OFFER = WORDINGS["offer.made"]


def visit(**changes: Any) -> dict[str, Any]:
    return {**OFFER.sample["visit"], **changes}


@pytest.mark.parametrize("where", ["title", "host"])
def test_data_is_no_markup_in_the_html_and_itself_in_the_text(where: str) -> None:
    mail = filled("offer.made", visit=visit(**{where: NASTY}))
    assert NASTY in mail.text
    assert "<b onclick" not in mail.html
    assert "evil.example" in mail.html
    assert 'href="https://evil.example' not in mail.html


def test_data_in_a_sentence_is_escaped_too() -> None:
    words = Words(
        "{visit_title}", "About {visit_title} by **{host}**.\n\n{answer_by} [Answer]({answer_link})"
    )
    mail = filled("offer.made", words=words, visit=visit(title=NASTY, host="<i>"))
    assert "<b onclick" not in mail.html
    assert "<strong>&lt;i&gt;</strong>" in mail.html
    assert NASTY in mail.text


def test_words_of_people_hold_no_html_no_pictures_and_no_scripts() -> None:
    words = Words("S", "<script>x</script> ![p](https://x.example/p.png) [y](javascript:alert(1)) <b>z</b>")
    html = filled("offer.made", words=words).html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    "title",
    [
        "Tampere\r\nBcc: all@example.org",
        "Tampere\nSubject: other",
        "\u202eerepmaT\u202c",
        "\u2066Tampere\u2069\u200b",
        "Tam\x00pere\x1b",
    ],
)
def test_a_title_never_makes_a_header_or_turns_a_line_around(title: str) -> None:
    raw = letter("offer.made", visit=visit(title=title))
    read = message_from_bytes(raw)
    assert read["Bcc"] is None
    assert len(read.get_all("Subject") or []) == 1
    subject = str(make_header(decode_header(read["Subject"])))
    marks = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\x00\x1b\r\n")
    assert not marks & set(subject)
    for part in read.walk():
        if not part.is_multipart():
            text = (part.get_payload(decode=True) or b"").decode()  # type: ignore[union-attr]
            assert not (marks - {"\r", "\n"}) & set(text)


@pytest.mark.parametrize("long", ["x" * 5000, "word " * 1000, "ä" * 5000, "😀" * 1200])
def test_no_line_of_a_mail_is_longer_than_998_octets(long: str) -> None:
    raw = letter("offer.made", visit=visit(title=long, host=long), reason=long)
    assert max(map(len, raw.splitlines())) <= 998


def test_a_paragraph_with_nothing_to_say_is_left_out() -> None:
    words = Words("S", "One.\n\nBecause: {reason}\n\nTwo {answer_by} [Answer]({answer_link})")
    assert "Because" in filled("offer.made", words=words).text
    silent = filled("offer.made", words=words, reason="")
    assert "Because" not in silent.text
    assert "Because" not in silent.html
    assert "One." in silent.text


def test_a_number_that_is_nought_is_said() -> None:
    assert "Reserve: 0." in filled("shortlist.handed_over", reserve=0).text


def test_a_moment_says_both_clocks_where_they_differ() -> None:
    far = filled("application.reminder", person=Reader(time_zone="Europe/Helsinki"))
    assert "9 February 2026, 23:59 (Brussels, UTC+1; Helsinki Tue, 10 Feb, 00:59)" in far.text
    near = filled("application.reminder", person=Reader(time_zone="Europe/Paris"))
    assert "9 February 2026, 23:59 (Brussels, UTC+1)" in near.text


def test_a_reader_of_another_language_gets_the_first() -> None:
    assert filled("offer.made", "xx").subject == filled("offer.made", "en").subject


def test_a_reader_without_a_name_gets_no_greeting() -> None:
    assert "Dear" not in filled("team.invited", person=Reader(name="")).text


def test_a_link_alone_is_a_button_and_its_address_stands_in_the_text() -> None:
    mail = filled("offer.made")
    assert '<a class="button" href="https://visits.example.org/offers/a-sample"' in mail.html
    assert "Answer the offer: https://visits.example.org/offers/a-sample" in mail.text


def test_lists_quotes_and_links_are_plain_text_too() -> None:
    words = Words(
        "S",
        "# Head\n\n- one\n- two {call}\n  - three\n\n1. first\n2. second\n\n> said\n> so\n\n"
        "a [b](https://c.example/d) e\n\n---",
    )
    text = filled("offer.made", words=words).text
    assert "Head\n\n- one\n- two Peer-learning visits, spring\n  - three\n\n1. first\n2. second" in text
    assert "> said\n> so" in text
    assert "a b (https://c.example/d) e" in text
