"""The selection sheet as a workbook: applicants, readings, decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from flask_babel import gettext as _

from peer_visits.shortlist.sheet import words
from peer_visits.shortlist.sheet.content import Sheet, SheetRow
from peer_visits.web.formats import country, say
from peer_visits.web.workbooks import Cell, WorkbookTable, write_workbook


def sheet_workbook(sheet: Sheet) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning."""
    return write_workbook(
        [
            WorkbookTable(_("Applicants"), _applicant_heads(sheet), _applicants(sheet)),
            WorkbookTable(_("Readings"), _reading_heads(sheet), _readings(sheet)),
            WorkbookTable(_("Decisions"), [_("When"), _("Who"), _("What")], _decisions(sheet)),
            WorkbookTable(_("About the scores"), [_("About the scores")], [[say(sheet.sentence)]]),
        ]
    )


def _identity_heads(sheet: Sheet) -> list[str]:
    return [_("Applicant")] if sheet.is_blind else [_("Applicant"), _("Organisation")]


def _identity(sheet: Sheet, row: SheetRow) -> list[Cell]:
    return [row.seen.label] if sheet.is_blind else [row.seen.label, row.seen.organisation]


def _applicant_heads(sheet: Sheet) -> list[str]:
    return [
        *_identity_heads(sheet),
        _("Country"),
        _("Kind of organisation"),
        _("Choice"),
        _("Decision"),
        _("Place"),
        *(criterion.title for criterion in sheet.criteria),
        _("Mean score"),
        _("Adjusted score"),
        _("Uncertainty (standard error)"),
        _("Readings"),
        _("Notes for the team"),
        _("Conflicts of interest"),
    ]


def _applicants(sheet: Sheet) -> Iterator[list[Cell]]:
    for row in sheet.rows:
        score = row.score
        yield [
            *_identity(sheet, row),
            country(row.seen.country),
            words.kind(row.seen.organisation_kind),
            row.rank,
            str(words.PILES[row.proposal]),
            row.place,
            *(_rounded(mean, 2) for mean in row.means),
            _rounded(score.raw, 1) if score else None,
            _rounded(score.adjusted, 1) if score else None,
            _rounded(score.uncertainty, 1) if score else None,
            score.readings if score else None,
            words.reasons(row),
            words.conflicts(row),
        ]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _reading_heads(sheet: Sheet) -> list[str]:
    return [
        _("Applicant"),
        _("Reader"),
        *(criterion.title for criterion in sheet.criteria),
        _("Score"),
        _("Recommendation"),
        _("Note for the team"),
        _("Saved"),
    ]


def _readings(sheet: Sheet) -> Iterator[list[Cell]]:
    for row in sheet.rows:
        for reading in row.readings:
            yield [
                row.seen.label,
                reading.reader,
                *reading.values,
                _rounded(reading.points, 1),
                words.advice(reading),
                reading.note,
                words.when(reading),
            ]


def _decisions(sheet: Sheet) -> Iterator[list[Cell]]:
    for decision in sheet.decisions:
        yield [words.when(decision), words.who(decision), words.what_was_done(decision)]
