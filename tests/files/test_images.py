"""Pictures are opened, turned upright, and kept without what their camera noted; hostile ones are refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from peer_visits.files.kinds import DOCUMENTS_AND_PICTURES, FileKind
from peer_visits.files.services import AcceptedFile, accept_file
from peer_visits.files.store import FolderStore
from peer_visits.kernel.errors import Refused
from tests.support.pdfs import HTML, make_pdf

ONE_MB = 1024 * 1024


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x8825] = {1: "N", 2: (60.0, 17.0, 41.0)}
    return picture(exif=exif)


def moving() -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of few bytes that says it is 20,000 points wide and high."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def accept(folder: Path, content: bytes, name: str = "picture.jpeg") -> AcceptedFile:
    store = FolderStore(folder / "uploads")
    return accept_file(store, io.BytesIO(content), name, kinds=DOCUMENTS_AND_PICTURES, most_bytes=ONE_MB)


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (picture("PNG"), FileKind.PNG, "picture.png"),
        (picture("JPEG"), FileKind.JPEG, "picture.jpg"),
        (make_pdf(2), FileKind.PDF, "picture.pdf"),
    ],
)
def test_a_file_is_what_it_is_whatever_its_name_says(
    tmp_path: Path, content: bytes, kind: FileKind, name: str
) -> None:
    accepted = accept(tmp_path, content, "picture.PDF.exe.jpg".replace(".exe", ""))
    assert (accepted.kind, accepted.name) == (kind, name)
    assert accepted.preview_key is not None
    preview = FolderStore(tmp_path / "uploads").open(accepted.preview_key).read()
    assert Image.open(io.BytesIO(preview)).width <= 640


def test_what_the_camera_noted_is_not_handed_on(tmp_path: Path) -> None:
    accepted = accept(tmp_path, with_place())
    kept = Image.open(FolderStore(tmp_path / "uploads").open(accepted.key))
    assert dict(kept.getexif()) == {}
    assert kept.size == (30, 60), "turned upright before its note about that is gone"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (picture("GIF"), "Choose one of these: PDF, PNG, JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Choose one of these"),
        (b"MZ" + bytes(500), "Choose one of these"),
        (HTML, "Choose one of these"),
        (b"\xff\xd8\xff" + HTML, "cannot be opened"),
        (picture("PNG")[:60], "cannot be opened"),
        (moving(), "stands still"),
        (bomb(), "more than 50 million points"),
        (b"", "empty"),
        (b"\xff\xd8\xff" + bytes(ONE_MB), "larger than 1 MB"),
    ],
    ids=["gif", "svg", "program", "web page", "web page as jpeg", "cut", "moving", "bomb", "empty", "large"],
)
def test_what_is_no_good_picture_is_refused_and_nothing_kept(
    tmp_path: Path, content: bytes, word: str
) -> None:
    with pytest.raises(Refused) as refused:
        accept(tmp_path, content)
    assert word in str(refused.value.reason)
    assert not list((tmp_path / "uploads").glob("??/*"))


def test_what_stood_behind_a_picture_is_left_behind(tmp_path: Path) -> None:
    accepted = accept(tmp_path, picture() + HTML)
    assert b"<script" not in FolderStore(tmp_path / "uploads").open(accepted.key).read()
