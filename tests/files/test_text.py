"""The text of a document, as it is read when the document is taken in."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from peer_visits.files.inspection import Limits, inspect_pdf
from peer_visits.files.rules import readable_text
from peer_visits.files.services import accept_pdf, take_own_pdf
from peer_visits.files.store import FolderStore
from peer_visits.library.samples import sample_pdf


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("her\x02\r\nitage", "heritage"),
        ("her\ufffeitage", "heritage"),
        ("a\r\n\r\n  b\tc", "a b c"),
        ("Lo\u0301dz", "L\u00f3dz"),
        ("a\x00b\u202ec\ud800d", "a b c d"),
    ],
)
def test_text_is_kept_as_it_can_be_shown(raw: str, text: str) -> None:
    assert readable_text(raw) == text


def test_a_document_is_taken_with_its_text_and_a_picture_of_its_first_page(tmp_path: Path) -> None:
    pdf = sample_pdf("Γειτονιές της Łódź", "Hosted by the City of Šibenik", "Здравей, 2021")
    store = FolderStore(tmp_path)
    taken = accept_pdf(store, io.BytesIO(pdf), "r.pdf", most_bytes=10**7)
    for words in ("Γειτονιές της Łódź", "City of Šibenik", "Здравей"):
        assert words in (taken.text or "")
    with store.open(taken.preview_key or "") as opened, Image.open(opened) as picture:
        assert picture.format == "PNG"
        assert picture.height > picture.width > 300


def test_what_we_made_ourselves_is_taken_as_an_upload_would_be(tmp_path: Path) -> None:
    pdf = sample_pdf("Γειτονιές της Łódź", "Hosted by the City of Šibenik", "Здравей, 2021")
    store = FolderStore(tmp_path)
    own, upload = (
        take_own_pdf(store, pdf, "r.pdf"),
        accept_pdf(store, io.BytesIO(pdf), "r.pdf", most_bytes=10**7),
    )
    assert replace(own, key=upload.key, preview_key=upload.preview_key) == upload
    for key in (own.key, own.preview_key or ""):
        with store.open(key) as kept:
            assert kept.read(4) in {b"%PDF", b"\x89PNG"}


def test_no_more_text_is_read_than_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    path.write_bytes(sample_pdf("A title", "A host", "A place"))
    assert len(inspect_pdf(path, Limits(letters=20), words=tmp_path / "words").text) <= 20
