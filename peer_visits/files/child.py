"""Runs alone in a limited process: opens one file and prints what it found as JSON.

Writes at most two files, whose paths it is given: a preview, and either an image without what its camera noted or
the text of a PDF. Asked for pages, it writes a picture and the text of each into a folder.
"""

from __future__ import annotations

import json
import mmap
import resource
import sys
import time
from pathlib import Path
from typing import Any

PREVIEW_WIDTH, PREVIEW_HEIGHT = 640, 905
PAGE_WIDTH, PAGE_HEIGHT = 1100, 1560
# Names of what a PDF can set going in a reader. Long enough that chance never writes them.
ACTIVE = (b"/JavaScript", b"/Launch", b"/RichMedia")


def limit(*, memory: int, seconds: int, written: int) -> None:
    """Give up memory, time and the writing of large files, before the first byte is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look_at_pdf(path: str, words: str, preview: str, limits: dict[str, int]) -> dict[str, object]:
    """Page count, or the name of the problem."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return {"problem": "encrypted" if "password" in str(error).lower() else "broken"}
    pages = len(document)
    if pages == 0:
        return {"problem": "empty"}
    if pages > limits["pages"]:
        return {"problem": "pages"}
    if any(max(document.get_page_size(index)) > limits["points"] for index in range(pages)):
        return {"problem": "size"}
    if not limits["may_run"] and runs_something(path, document):
        return {"problem": "runs"}
    if words:
        write_text(document, words, limits)
    return {"pages": pages, "preview": bool(preview) and draw_first_page(document, preview)}


def runs_something(path: str, document: Any) -> bool:
    """Whether the file names a script, a program to start or a player; what hides from this is still never run here."""
    import pypdfium2.raw

    if pypdfium2.raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        return True
    with Path(path).open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(name) >= 0 for name in ACTIVE)


def write_text(document: Any, words: str, limits: dict[str, int]) -> None:
    """The text of the pages, as much of it as fits and can be read in half of the time."""
    left, end = limits["letters"], time.process_time() + limits["seconds"] / 2
    with Path(words).open("w", encoding="utf-8", errors="replace") as written:
        for index in range(len(document)):
            if left <= 0 or time.process_time() > end:
                return
            text = text_of_page(document, index, left)
            left -= written.write(f"{text}\n")


def text_of_page(document: Any, index: int, most: int) -> str:
    """At most so many characters of a page; a page that cannot be read has none."""
    try:
        page = document[index].get_textpage()
        return str(page.get_text_range(0, min(most, page.count_chars())))
    except Exception:  # noqa: BLE001  (whatever a hostile page makes the reader fail with)
        return ""


def bare_pdf(path: str, clean: str) -> dict[str, object]:
    """Write the pages into a new document, which has none of the notes of the old one."""
    import pypdfium2

    try:
        source, bare = pypdfium2.PdfDocument(path), pypdfium2.PdfDocument.new()
        bare.import_pages(source)
        bare.save(clean)
    except (pypdfium2.PdfiumError, OSError):
        return {"problem": "broken"}
    return {"pages": len(bare)}


def draw_first_page(document: Any, preview: str) -> bool:
    """The first page as a picture, scaled by its own size; a page that cannot be drawn has none."""
    try:
        width, height = document.get_page_size(0)
        scale = min(PREVIEW_WIDTH / max(width, 1), PREVIEW_HEIGHT / max(height, 1))
        picture = document[0].render(scale=scale).to_pil()
        picture.convert("RGB").save(preview, "PNG")
    except Exception:  # noqa: BLE001  (whatever a hostile page makes the drawing fail with)
        return False
    return True


def draw_pages(path: str, folder: str, limits: dict[str, int]) -> dict[str, object]:
    """Write the asked pages' pictures and texts, one after the other, as far as time reaches."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return {"problem": "broken"}
    for number in range(limits["first"], min(limits["last"], len(document)) + 1):
        draw_page(document, number - 1, str(Path(folder, f"{number}.jpg")))
        text = text_of_page(document, number - 1, limits["letters"])
        words, unfinished = Path(folder, f"{number}.json"), Path(folder, "unfinished")
        unfinished.write_text(json.dumps(text))
        unfinished.rename(words)
    return {}


def draw_page(document: Any, index: int, target: str) -> None:
    """One page as a picture to read on screen, scaled by its own size; a page that cannot be drawn has none."""
    try:
        width, height = document.get_page_size(index)
        scale = min(PAGE_WIDTH / max(width, 1), PAGE_HEIGHT / max(height, 1))
        picture = document[index].render(scale=scale).to_pil().convert("RGB")
        picture.save(target, "JPEG", quality=82, optimize=True)
    except Exception:  # noqa: BLE001  (whatever a hostile page makes the drawing fail with)
        Path(target).unlink(missing_ok=True)


def look_at_image(path: str, clean: str, preview: str, limits: dict[str, int]) -> dict[str, object]:
    """Write the picture anew, turned upright and without what else stood in the file; or name the problem."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # judged below, before anything is decoded
    try:
        with Image.open(path, formats=["PNG", "JPEG"]) as opened:
            kind = str(opened.format)
            if opened.width * opened.height > limits["pixels"]:
                return {"problem": "pixels"}
            if getattr(opened, "n_frames", 1) > 1:
                return {"problem": "animated"}
            opened.load()
            upright = ImageOps.exif_transpose(opened)
    except Exception:  # noqa: BLE001  (whatever a hostile picture makes the reader fail with)
        return {"problem": "broken"}
    plain = upright.convert("RGB" if kind == "JPEG" or "A" not in upright.getbands() else "RGBA")
    bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    bare.save(clean, kind, **({"quality": 92} if kind == "JPEG" else {}))
    if preview:
        bare.thumbnail((PREVIEW_WIDTH, PREVIEW_HEIGHT))
        bare.save(preview, "PNG")
    return {"kind": kind.lower(), "preview": bool(preview)}


def main(kind: str, path: str, clean: str, preview: str, limits: dict[str, int]) -> None:
    """Look at the file under the limits."""
    limit(memory=limits["memory"], seconds=limits["seconds"], written=limits["written"])
    if kind == "bare":
        found = bare_pdf(path, clean)
    elif kind == "pages":
        found = draw_pages(path, clean, limits)
    elif kind == "pdf":
        found = look_at_pdf(path, clean, preview, limits)
    else:
        found = look_at_image(path, clean, preview, limits)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _program, asked, file, kept, drawn, allowed = sys.argv
    main(asked, file, kept, drawn, json.loads(allowed))
