"""When a report is owed, and when it is late."""

from __future__ import annotations

from datetime import date

import pytest

from peer_visits.library.rules import due_date, is_late
from peer_visits.library.states import DocumentState

DUE = date(2026, 5, 4)
UNFINISHED = {DocumentState.OWED, DocumentState.DRAFT, DocumentState.IN_REVIEW}


def test_a_report_is_due_fifteen_days_after_the_last_day() -> None:
    assert due_date(date(2026, 4, 19)) == DUE
    assert due_date(None) is None


@pytest.mark.parametrize("state", DocumentState)
def test_only_an_unfinished_report_is_late_and_only_after_its_day(state: DocumentState) -> None:
    assert is_late(state, DUE, date(2026, 5, 5)) == (state in UNFINISHED)
    assert not is_late(state, DUE, DUE)
    assert not is_late(state, None, date(2026, 5, 5))
