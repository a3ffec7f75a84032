"""An export of many applications needs no more memory than one of few."""

from __future__ import annotations

import tracemalloc

import pytest
from flask import Flask
from sqlalchemy import select

from peer_visits.calls.models import Call
from peer_visits.demo.volume import fill_volume
from peer_visits.organiser.exporting import export_columns, export_rows, write_xlsx
from peer_visits.organiser.queries import ApplicationFilter
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.cells import csv_lines
from tests.support.databases import empty_database
from tests.support.factories import NOW

# Two parts of a fetch are held at once: below that an export is smaller for another reason.
FEW, MANY = 450, 1350


def peak(applications: int, kind: str) -> int:
    """The most memory an export of so many applications holds at once, in bytes."""
    empty_database()
    with writing() as session:
        fill_volume(session, applications=applications, visits=3, seed=1, password_hash="x", now=NOW)
    reading().rollback()
    call = reading().scalars(select(Call)).unique().one()
    columns = export_columns(reading(), call)
    rows = export_rows(reading(), call, ApplicationFilter(), columns)
    tracemalloc.start()
    if kind == "csv":
        lines = sum(1 for _line in csv_lines([column.label for column in columns], rows))
        assert lines == applications + 1
    else:
        write_xlsx(columns, rows).close()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_three_times_the_rows_in_the_same_memory(app: Flask, kind: str) -> None:
    peak(20, kind)  # what is loaded once and kept
    assert peak(MANY, kind) < 1.25 * peak(FEW, kind)
