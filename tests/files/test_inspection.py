"""Uploads are opened before they are believed: what cannot be opened is refused, and said clearly."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from peer_visits.files.inspection import bare_pdf, inspect_pdf
from peer_visits.files.store import FolderStore
from peer_visits.kernel.errors import Refused
from tests.support.pdfs import CATALOGUE, HTML, PAGE, circular_pdf, empty_pdf, locked_pdf, make_pdf, write_pdf

HOSTILE = {
    "nothing like a PDF": (b"MZ\x90\x00" + bytes(2000), "not a PDF"),
    "a page of the web": (HTML, "not a PDF"),
    "web before the PDF": (HTML + make_pdf(), "not a PDF"),
    "web behind the first line": (b"%PDF-1.7\n" + HTML * 50, "cannot be opened"),
    "cut in the middle": (make_pdf(20)[:900], "cannot be opened"),
    "cut before its last lines": (make_pdf(5)[:-60], "cannot be opened"),
    "only the first line": (b"%PDF-1.7\n", "cannot be opened"),
    "locked": (locked_pdf(), "password"),
    "no page": (empty_pdf(), "cannot be opened"),
    "301 pages": (make_pdf(301), "more than 300 pages"),
    "a page as large as a town": (make_pdf(1, (14_400_000, 14_400_000)), "larger than any paper"),
}


def write(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pages", [1, 300])
def test_a_document_is_opened_and_its_pages_are_counted(tmp_path: Path, pages: int) -> None:
    assert inspect_pdf(write(tmp_path, make_pdf(pages))).pages == pages


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_good_document_is_refused_with_a_reason(tmp_path: Path, what: str) -> None:
    content, reason = HOSTILE[what]
    with pytest.raises(Refused) as refused:
        inspect_pdf(write(tmp_path, content))
    assert reason in str(refused.value.reason)


def test_pages_that_lead_back_to_themselves_come_to_an_end(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        inspect_pdf(write(tmp_path, circular_pdf()))


def test_a_bare_pdf_keeps_its_pages_and_loses_its_author(tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    pages = "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"
    path.write_bytes(write_pdf(CATALOGUE, pages, PAGE, "<< /Author (Ada Canary) >>", trailer="/Info 4 0 R"))
    store = FolderStore(tmp_path / "store")
    bare = bare_pdf(store, store.put(path))
    assert b"Canary" in path.read_bytes()
    assert b"Canary" not in bare
    assert len(PdfDocument(bare)) == 2
