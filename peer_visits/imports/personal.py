"""What imports hold about people: whoever stands in a table on its way in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, cast, false, select
from sqlalchemy.orm import Session

from peer_visits.imports.models import ImportFile
from peer_visits.imports.sweeps import KEPT_FOR
from peer_visits.kernel.text import normal_address, phrase
from peer_visits.storage.personal import Field, Holding, Whose

_A_WEEK = phrase("%(days)s days, whatever becomes of it.", days=KEPT_FOR.days)


def _rows_naming(whose: Whose) -> ColumnElement[bool]:
    if not whose.email:
        return false()
    return cast(ImportFile.rows, String).icontains(whose.email, autoescape=True)


def _take_rows_out(session: Session, whose: Whose) -> None:
    for table in session.scalars(select(ImportFile).where(_rows_naming(whose))):
        rows = table.rows["rows"]
        table.rows = {
            **table.rows,
            "rows": [row for row in rows if whose.email not in {normal_address(cell) for cell in row}],
        }


HOLDINGS = (
    Holding(
        ImportFile,
        phrase("Tables you uploaded"),
        lambda whose: ImportFile.person_id == whose.person_id,
        (
            Field(
                phrase("The table with its name, and what its columns stand for"),
                phrase("To take applications in from it."),
                ("file_name", "note", "headers", "rows", "mapping", "created_at", "taken_in_at"),
            ),
        ),
        _A_WEEK,
        through=("person_id",),
        is_shown=False,
    ),
    Holding(
        ImportFile,
        phrase("Tables that hold an application of yours"),
        _rows_naming,
        (Field(phrase("Your row"), phrase("To take your application in from it."), ("rows",)),),
        _A_WEEK,
        leaves={},
        by_then=frozenset({"rows"}),
        then=_take_rows_out,
        is_shown=False,
    ),
)
