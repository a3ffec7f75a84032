"""Sample documents say on the page that they are samples, and are made for everybody to read."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from peer_visits.library.samples import sample_pdf


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    return " ".join(str(document[number].get_textpage().get_text_range()) for number in range(len(document)))


@pytest.fixture(scope="module")
def sample() -> bytes:
    return sample_pdf("Fortresses of Šibenik", "Hosted by the City of Łódź and Ελληνικά", "Šibenik, 2021")


def test_the_sample_says_what_it_is(sample: bytes) -> None:
    text = " ".join(text_of(sample).split())
    assert "not the original document" in text
    assert "Fortresses of Šibenik" in text
    assert "Łódź" in text


def test_the_sample_is_tagged_with_title_and_language(sample: bytes) -> None:
    document = pypdfium2.PdfDocument(io.BytesIO(sample))
    assert document.get_metadata_value("Title") == "Fortresses of Šibenik"
    assert b"/MarkInfo" in sample
    assert b"/Lang" in sample


@pytest.mark.parametrize("text", ["#panic()", '#read("/etc/passwd")', "$x^2$ *bold* <label> @ref", '"\\'])
def test_what_is_written_stays_text(text: str) -> None:
    written = "".join(text_of(sample_pdf(text, text, text)).split())
    assert "".join(text.split()) in written.replace("“", '"').replace("”", '"')
