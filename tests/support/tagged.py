"""Tagged PDFs taken apart: a validator of PDF/UA-1, and a walk through the tags with another library."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from page import validate_pdf_bytes

_HEADING = re.compile(r"H([1-6])")


def failures_of(content: bytes) -> list[str]:
    """What a PDF lacks of PDF/UA-1, by a validator that knows all rules a machine can check."""
    report = validate_pdf_bytes(content, profile="ua1")
    return [f"{one.rule_id}: {one.message}" for one in report.failures]


@dataclass(frozen=True)
class Tag:
    """One tag of the structure, with what it carries and how deep it lies."""

    kind: str
    depth: int
    element: pikepdf.Dictionary

    @property
    def alt(self) -> str:
        """Its text in the place of a picture."""
        return str(self.element.get("/Alt", ""))


class Tagged:
    """A PDF, opened to be looked at."""

    def __init__(self, content: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(content))

    def tags(self) -> list[Tag]:
        """All tags in the order in which they are read."""
        return list(_walk(self.pdf.Root.StructTreeRoot.K, 0))

    def kinds(self) -> list[str]:
        """The kinds of all tags in the order in which they are read."""
        return [tag.kind for tag in self.tags()]

    def heading_levels(self) -> list[int]:
        """The levels of the headings in their order."""
        return [int(found.group(1)) for kind in self.kinds() if (found := _HEADING.fullmatch(kind))]

    def links(self) -> list[pikepdf.Object]:
        """The links on all pages."""
        notes = (note for page in self.pdf.pages for note in page.get("/Annots", []))
        return [note for note in notes if note.Subtype == "/Link"]

    def addresses(self) -> set[str]:
        """Where the links lead that lead out of the document."""
        return {str(link.A.URI) for link in self.links() if "/A" in link}

    def untagged(self) -> list[str]:
        """What is drawn on a page outside of every tag, and not marked as decoration either."""
        found = []
        for number, page in enumerate(self.pdf.pages, 1):
            depth = 0
            for instruction in pikepdf.parse_content_stream(page):
                name = str(instruction.operator)
                if name in {"BDC", "BMC"}:
                    depth += 1
                elif name == "EMC":
                    depth -= 1
                elif depth == 0 and name in {"Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "S", "B", "sh"}:
                    found.append(f"page {number}: {name}")
        return found


def _walk(node: object, depth: int) -> Iterator[Tag]:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _walk(one, depth)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield Tag(str(node.S).lstrip("/"), depth, node)
        if "/K" in node:
            yield from _walk(node.K, depth + 1)
