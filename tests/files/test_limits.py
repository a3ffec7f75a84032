"""The child that opens uploads: its limits hold, and whatever it does, nothing is left behind."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest

from peer_visits.files.inspection import Limits, inspect_pdf
from peer_visits.files.rules import safe_name
from peer_visits.files.services import accept_pdf
from peer_visits.files.store import FolderStore
from peer_visits.kernel.errors import Refused
from tests.support.pdfs import CATALOGUE, HTML, locked_pdf, make_pdf, write_pdf

ONE_MB = 1024 * 1024
KIDS = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def write(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


def page_of(box: str) -> bytes:
    return write_pdf(CATALOGUE, KIDS, f"<< /Type /Page /Parent 2 0 R /MediaBox {box} >>")


@pytest.mark.parametrize(
    "box",
    [
        "[0 0 14400000 14400000]",
        "[0 0 14400000 1]",
        "[-14400000 0 595 842]",
        "[0 0 20001 842]",
        "[0 0 1000000000 842]",
    ],
)
def test_a_page_larger_than_any_paper_is_refused(tmp_path: Path, box: str) -> None:
    with pytest.raises(Refused) as refused:
        inspect_pdf(write(tmp_path, page_of(box)))
    assert "larger than any paper" in str(refused.value.reason)


def test_a_large_poster_is_taken(tmp_path: Path) -> None:
    assert inspect_pdf(write(tmp_path, page_of("[0 0 20000 2384]"))).pages == 1


def test_500_pages_are_too_many(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        inspect_pdf(write(tmp_path, make_pdf(500)))
    assert "more than 300 pages" in str(refused.value.reason)


@pytest.mark.parametrize("limits", [Limits(memory=16 * ONE_MB), Limits(seconds=0)])
def test_a_child_that_is_stopped_by_its_limits_refuses_the_file(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(Refused) as refused:
        inspect_pdf(write(tmp_path, make_pdf()), limits)
    assert "cannot be opened" in str(refused.value.reason)


HOSTILE = {
    "text": b"Just a letter.",
    "web": HTML,
    "web behind the first line": b"%PDF-1.7\n" + HTML,
    "cut": make_pdf(9)[:500],
    "locked": locked_pdf(),
    "a page as large as a town": page_of("[0 0 14400000 14400000]"),
    "empty": b"",
    "over the limit": make_pdf() + bytes(ONE_MB),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_of_a_refused_upload_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    with pytest.raises(Refused):
        accept_pdf(FolderStore(tmp_path / "uploads"), io.BytesIO(HOSTILE[what]), "r.pdf", most_bytes=ONE_MB)
    assert list(spool.iterdir()) == []
    assert not (tmp_path / "uploads").exists()


def test_a_stored_upload_leaves_no_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    store = FolderStore(tmp_path / "uploads")
    accepted = accept_pdf(store, io.BytesIO(make_pdf()), "r.pdf", most_bytes=ONE_MB)
    assert store.has(accepted.key)
    assert list(spool.iterdir()) == []
    kept = {path.name for path in (tmp_path / "uploads").rglob("*") if path.is_file()}
    assert kept == {accepted.key, accepted.preview_key}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 114 + "  " + "y" * 90, "x" * 114 + ".pdf"),
        ("report.pdf.exe", "report.pdf.exe.pdf"),
        ("report.exe.PdF", "report.exe.pdf"),
        ("/etc/passwd\x00.pdf", "passwd.pdf"),
        ("..", "document.pdf"),
        ("a/../../b.pdf", "b.pdf"),
        ("\u2066report\u2069.pdf", "report.pdf"),
        ('a"b;c.pdf', "a b;c.pdf"),
        ("a\ud800b.pdf", "ab.pdf"),
    ],
)
def test_long_and_tricky_names(given: str, shown: str) -> None:
    assert safe_name(given) == shown
