"""A report as a tagged PDF (PDF/UA-1): cover with the visit's pattern, contents, text, plots with their tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from peer_visits.library.printing.blocks import blocks_of, plain_blocks
from peer_visits.library.printing.values import AgendaLine, PrintedReport, agenda_by_day
from peer_visits.library.printing.words import Words
from peer_visits.web import typesetting
from peer_visits.web.patterns import Form, svg
from peer_visits.web.series import Series

# With more headings than these, the contents name the sections alone.
MOST_IN_CONTENTS = 60
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def typeset(report: PrintedReport) -> bytes:
    """The report as PDF, made in a child with limits: seconds, so never inside a transaction. Raises NotSet."""
    return typesetting.typeset(_source(), as_typst(report))


@cache
def _source() -> str:
    return Path(__file__).with_name("report.typ").read_text()


def as_typst(report: PrintedReport) -> dict[str, Any]:
    """What the source reads: every word that stands on a page, and nothing that is looked up there."""
    words = Words(report.language)
    sections = [{"heading": one.heading, "blocks": blocks_of(one.text)} for one in report.sections]
    return {
        "title": report.title or report.visit,
        "language": language_tag(report.language),
        "words_language": words.language,
        "words": words.fixed,
        "authors": list(report.authors) or [report.host],
        "description": report.summary[:500],
        "dated": [report.dated.year, report.dated.month, report.dated.day] if report.dated else None,
        "pattern": svg(report.slug, Form.BAND),
        "place": words.place(report),
        "tag_line": report.tag_line,
        "host_line": report.host_line or words.hosted_by(report),
        "is_sample": report.is_sample,
        "facts": [fact._asdict() for fact in words.facts(report)],
        "summary": plain_blocks(report.summary),
        "sections": sections,
        "depth": 3 if _count_headings(sections) <= MOST_IN_CONTENTS else 2,
        "figures": [_series(one, words) for one in report.figures],
        "agenda": [
            {"title": words.weekday(day), "lines": [_line(one) for one in lines]}
            for day, lines in agenda_by_day(report)
        ],
        "commitments": [asdict(one) for one in report.commitments],
    }


def language_tag(code: str) -> str:
    """The language of a report as documents say it."""
    found = _LANGUAGE.match(code.lower())
    return found.group() if found else "en"


def _count_headings(sections: Sequence[dict[str, Any]]) -> int:
    return sum(block["kind"] == "heading" for one in sections for block in one["blocks"])


def _series(series: Series, words: Words) -> dict[str, Any]:
    return {**asdict(series), "most": series.most, "alt": words.picture(series)}


def _line(line: AgendaLine) -> dict[str, str]:
    return {"time": f"{line.starts}–{line.ends}", "title": line.title, "speaker": line.speaker}
