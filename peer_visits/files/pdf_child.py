"""Runs alone in a limited process: opens one PDF and prints what it found as JSON."""

from __future__ import annotations

import json
import sys

import pypdfium2

MOST_PAGES = 300
MOST_POINTS = 20_000


def look_at(path: str) -> dict[str, object]:
    """Page count, or the name of the problem."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return {"problem": "encrypted" if "password" in str(error).lower() else "broken"}
    pages = len(document)
    if pages == 0:
        return {"problem": "empty"}
    if pages > MOST_PAGES:
        return {"problem": "pages"}
    if any(max(document.get_page_size(index)) > MOST_POINTS for index in range(pages)):
        return {"problem": "size"}
    return {"pages": pages}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look_at(sys.argv[1])))
