"""Results of surveys as pictures with their tables, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from peer_visits.followup.survey.queries import ProgrammeResults, Results, VisitResults
from peer_visits.followup.survey.rules import VALUES, Question, Remark, Side
from peer_visits.followup.survey.words import QUESTIONS, REMARKS, SIDES
from peer_visits.followup.survey.words import VALUES as VALUE_WORDS
from peer_visits.web.cells import safe_cell
from peer_visits.web.series import Series


def series_of(sides: Mapping[Side, Results]) -> list[Series]:
    """One picture for each question: how often each value was given, guests and hosts beside each other."""
    shown = [side for side in Side if side in sides]
    return [
        Series(
            str(QUESTIONS[question]),
            _("Answer"),
            tuple(str(SIDES[side]) for side in shown),
            tuple(
                (str(VALUE_WORDS[value]), tuple(_number(sides[side], question, value) for side in shown))
                for value in VALUES
            ),
        )
        for question in Question
        if shown
    ]


def _number(results: Results, question: Question, value: int) -> int:
    return results.tallies.get(question, {}).get(value, 0)


def csv_of_visit(one: VisitResults | None) -> str:
    """Everything that may be shown of a visit, as a file that no spreadsheet runs."""
    return _file([(one.visit.title, one.shown)] if one else [])


def csv_of_programme(found: ProgrammeResults) -> str:
    """Every visit that may be shown, then all together, then the words of small groups."""
    rows = [(one.visit.title, one.shown) for one in found.visits]
    small = _("All visits too small to be shown alone")
    return _file([*rows, (_("All visits"), found.totals), (small, found.small)])


def _file(groups: Iterable[tuple[str, Mapping[Side, Results]]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("Visit"), _("Who"), _("Question"), _("Answer"), _("How many")])
    for title, sides in groups:
        for side, results in sides.items():
            writer.writerows(_rows(safe_cell(title), side, results))
    return out.getvalue()


def _rows(title: str, side: Side, results: Results) -> Iterable[list[object]]:
    for question, tally in results.tallies.items():
        for value in VALUES:
            yield [
                title,
                str(SIDES[side]),
                str(QUESTIONS[question]),
                str(VALUE_WORDS[value]),
                tally.get(value, 0),
            ]
    for remark in Remark:
        for words in results.remarks.get(remark, []):
            yield [title, str(SIDES[side]), str(REMARKS[remark]), safe_cell(words), ""]
