"""Runs alone in a limited process: opens one PDF and prints what it found as JSON."""

from __future__ import annotations

import json
import resource
import sys


def limit(*, memory: int, seconds: int) -> None:
    """Give up memory, time and the right to write files, before the first byte is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look_at(path: str, *, most_pages: int, most_points: int) -> dict[str, object]:
    """Page count, or the name of the problem."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return {"problem": "encrypted" if "password" in str(error).lower() else "broken"}
    pages = len(document)
    if pages == 0:
        return {"problem": "empty"}
    if pages > most_pages:
        return {"problem": "pages"}
    if any(max(document.get_page_size(index)) > most_points for index in range(pages)):
        return {"problem": "size"}
    return {"pages": pages}


def main(path: str, limits: dict[str, int]) -> None:
    """Look at the file under the limits."""
    limit(memory=limits["memory"], seconds=limits["seconds"])
    found = look_at(path, most_pages=limits["pages"], most_points=limits["points"])
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
