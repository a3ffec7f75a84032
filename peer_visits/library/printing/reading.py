"""What stands beside a report that is read on the screen: its contents."""

from __future__ import annotations

from dataclasses import dataclass

from peer_visits.library.printing.values import PrintedReport
from peer_visits.library.printing.words import Words


@dataclass(frozen=True)
class Part:
    """A part of the page: its anchor, its heading, and whether the heading is ours and not the authors'."""

    anchor: str
    heading: str
    is_ours: bool = True


def contents_of(report: PrintedReport, words: Words) -> list[Part]:
    """The parts of a report in their order; what it does not have is left out."""
    own = [
        Part(f"section-{number}", one.heading, is_ours=False)
        for number, one in enumerate(report.sections, start=1)
    ]
    around = [
        Part(name, words.fixed[name])
        for name in ("figures", "agenda", "commitments")
        if getattr(report, name)
    ]
    return [*([Part("summary", words.fixed["summary"])] if report.summary else []), *own, *around]
