"""Figures as tables: the same rows for the picture, the page and the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from peer_visits.web.cells import safe_cell


@dataclass(frozen=True)
class Series:
    """One picture with its table: what is counted, in rows of a label and one or two numbers."""

    title: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def most(self) -> int:
        """The largest number."""
        return max((number for _label, numbers in self.rows for number in numbers), default=0)


def as_csv(tables: Sequence[Series]) -> str:
    """All tables under each other in one file that no spreadsheet runs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("Figure"), _("Row"), _("What"), _("Number")])
    for series in tables:
        for label, numbers in series.rows:
            for column, number in zip(series.columns, numbers, strict=True):
                writer.writerow([safe_cell(series.title), safe_cell(label), safe_cell(column), number])
    return out.getvalue()
