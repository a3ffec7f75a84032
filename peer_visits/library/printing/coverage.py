"""What of a report its PDF cannot show: the fonts that documents are set with have no picture of some characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.library.printing.blocks import Block, blocks_of
from peer_visits.library.printing.values import PrintedReport
from peer_visits.web.characters import missing_characters


@dataclass(frozen=True)
class Gap:
    """A part of the report, in our words or by its heading, and the characters in it that stay empty squares."""

    part: Phrase | str
    characters: tuple[str, ...]


def find_gaps(report: PrintedReport) -> list[Gap]:
    """Where the PDF has empty squares, in the order of the report."""
    gaps = (Gap(part, missing_characters(*texts)) for part, texts in _parts(report))
    return [gap for gap in gaps if gap.characters]


def missing_in(text: str) -> tuple[str, ...]:
    """The characters of a section in Markdown that stay empty squares."""
    return missing_characters(*_words(blocks_of(text)))


def _parts(report: PrintedReport) -> Iterator[tuple[Phrase | str, Iterable[str]]]:
    yield phrase("Title and lines of the cover"), (report.title, report.tag_line, report.host_line)
    yield phrase("Authors"), report.authors
    yield phrase("Summary"), (report.summary,)
    for one in report.sections:
        yield one.heading, (one.heading, *_words(blocks_of(one.text)))
    yield phrase("Agenda of the visit"), [word for one in report.agenda for word in (one.title, one.speaker)]
    said = [word for one in report.commitments for word in (one.words, one.who)]
    yield phrase("What participants will do at home"), said


def _words(blocks: Sequence[Block]) -> Iterator[str]:
    """Every word of the blocks that is printed; where a link leads is not."""
    for block in blocks:
        yield block.get("words", "")
        yield from _words(block.get("parts", ()))
