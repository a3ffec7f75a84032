"""Opens an upload in a child process with limits, before anything about it is believed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from peer_visits.files.kinds import KIND_NAMES, FileKind
from peer_visits.files.rules import readable_text
from peer_visits.files.store import Store
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import Phrase, phrase

HEAD, TAIL = b"%PDF-", b"%%EOF"
MARGIN = 1024  # the standard lets readers look for head and tail this far from either end
_IMAGES = {b"\x89PNG\r\n\x1a\n": FileKind.PNG, b"\xff\xd8\xff": FileKind.JPEG}


@dataclass(frozen=True)
class Limits:
    """How much a file may ask of its reader: pages, points of a side, pixels, bytes of memory, seconds.

    `written` are the bytes that the reader may write: a preview, or an image without its camera's notes.
    `letters` are the characters of a PDF's text that are read. `may_run` is whether it may name a script.
    """

    pages: int = 300
    points: int = 20_000  # 7 metres
    pixels: int = 50_000_000
    memory: int = 1024**3
    seconds: int = 20
    written: int = 64 * 1024**2
    letters: int = 1_000_000
    may_run: bool = True


LIMITS = Limits()
PUBLIC_LIMITS = Limits(may_run=False)
_STOPPED = frozenset({-signal.SIGXCPU, -signal.SIGKILL})


@dataclass(frozen=True)
class Inspected:
    """What the parser found: the kind, the pages and text of a PDF, and whether a preview was drawn."""

    kind: FileKind
    pages: int | None = None
    has_preview: bool = False
    text: str = ""


def inspect_file(
    path: Path,
    kinds: Collection[FileKind],
    *,
    clean: Path,
    preview: Path | None,
    words: Path | None = None,
    limits: Limits = LIMITS,
) -> Inspected:
    """Open the file as what it is. Raises Refused for other kinds, and with what is wrong with it.

    Writes the preview, for images the picture without what else stood in the file, for PDFs their text to `words`.
    """
    kind = find_kind(path)
    if kind is None or kind not in kinds:
        raise Refused(_not_allowed(kinds))
    if kind is FileKind.PDF:
        return inspect_pdf(path, limits, preview=preview, words=words)
    found = run_child("image", path, limits, clean=str(clean), preview=str(preview or ""))
    if "problem" in found:
        raise Refused(_image_sentence(str(found["problem"]), limits))
    return Inspected(FileKind(str(found["kind"])), None, bool(found["preview"]))


def find_kind(path: Path) -> FileKind | None:
    """What a file begins as; whether it is that, only opening it shows."""
    with path.open("rb") as opened:
        start = opened.read(MARGIN)
    for head, kind in _IMAGES.items():
        if start.startswith(head):
            return kind
    return FileKind.PDF if start.lstrip().startswith(HEAD) else None


def _not_allowed(kinds: Collection[FileKind]) -> Phrase:
    if set(kinds) == {FileKind.PDF}:
        return phrase("This is not a PDF. Save or export the document as PDF and choose that file.")
    names = ", ".join(KIND_NAMES[kind] for kind in FileKind if kind in kinds)
    return phrase("This file is of a kind that is not taken. Choose one of these: %(names)s.", names=names)


def _image_sentence(problem: str, limits: Limits) -> Phrase:
    sentences = {
        "pixels": phrase(
            "This picture has more than %(n)s million points. Make it smaller.", n=limits.pixels // 1_000_000
        ),
        "animated": phrase("This picture moves. Choose one that stands still."),
    }
    return sentences.get(problem, phrase("This picture cannot be opened; it may be cut off. Save it again."))


def inspect_pdf(
    path: Path, limits: Limits = LIMITS, *, preview: Path | None = None, words: Path | None = None
) -> Inspected:
    """Open the file as a PDF in a limited child. Raises Refused with what is wrong with it."""
    problem = _look_at_ends(path)
    found = (
        {"problem": problem}
        if problem
        else run_child("pdf", path, limits, clean=str(words or ""), preview=str(preview or ""))
    )
    if "problem" in found:
        raise Refused(_sentence(str(found["problem"]), limits))
    text = readable_text(words.read_text("utf-8")) if words else ""
    return Inspected(FileKind.PDF, int(str(found["pages"])), bool(found.get("preview")), text)


def bare_pdf(store: Store, key: str, limits: Limits = LIMITS) -> bytes:
    """A kept PDF's pages in a new document: no author, title or history. Raises NotFound if that fails."""
    with TemporaryDirectory() as folder, store.open(key) as kept:
        path, clean = Path(folder, "kept.pdf"), Path(folder, "bare.pdf")
        path.write_bytes(kept.read())
        if "problem" in run_child("bare", path, limits, clean=str(clean)):
            raise NotFound
        return clean.read_bytes()


def _look_at_ends(path: Path) -> str | None:
    """A parser repairs what it can; here a file that begins or ends as something else is refused."""
    with path.open("rb") as opened:
        if not opened.read(MARGIN).lstrip().startswith(HEAD):
            return "other"
        opened.seek(max(0, path.stat().st_size - MARGIN), os.SEEK_SET)
        return None if TAIL in opened.read() else "broken"


def _sentence(problem: str, limits: Limits) -> Phrase:
    sentences = {
        "other": _not_allowed({FileKind.PDF}),
        "encrypted": phrase("This PDF is locked with a password. Upload it without one."),
        "pages": phrase("This PDF has more than %(n)s pages. Upload a shorter one.", n=limits.pages),
        "empty": phrase("This PDF has no page."),
        "runs": phrase(
            "This PDF holds a script or something else to run. Export it again without it, or print it to a PDF."
        ),
        "slow": phrase(
            "This PDF cannot be opened and drawn within %(n)s seconds. Export it again, more simply.",
            n=limits.seconds,
        ),
        "size": phrase("This PDF has a page larger than any paper. Export it again on A4."),
    }
    broken = phrase("This PDF cannot be opened; it may be cut off or damaged. Export it again.")
    return sentences.get(problem, broken)


def run_child(
    kind: str,
    path: Path,
    limits: Limits,
    *,
    clean: str = "",
    preview: str = "",
    more: Mapping[str, int] | None = None,
) -> dict[str, object]:
    """What the child says; a child that dies says the file is broken, one that is stopped that it is slow."""
    child = Path(__file__).with_name("child.py")
    asked = json.dumps({**asdict(limits), **(more or {})})
    try:
        done = subprocess.run(  # noqa: S603  (our own module, on our own file)
            [sys.executable, "-I", str(child), kind, str(path), clean, preview, asked],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds * 2,
            check=False,
            env={},
        )
        if done.returncode in _STOPPED:
            return {"problem": "slow"}
        return dict(json.loads(done.stdout)) if done.returncode == 0 else {"problem": "broken"}
    except subprocess.TimeoutExpired:
        return {"problem": "slow"}
    except ValueError:
        return {"problem": "broken"}
