"""A report is kept as JSON and comes back the same."""

from __future__ import annotations

import json
from datetime import date

from peer_visits.library.printing.values import (
    AgendaLine,
    Bar,
    CommitmentLine,
    PrintedReport,
    PrintedSection,
    Series,
    as_data,
    from_data,
)

BARE = PrintedReport("A title", "tampere", "A visit", "City of Tampere", "Tampere", "FI", "A programme")
FULL = PrintedReport(
    "A title",
    "tampere",
    "A visit",
    "City of Tampere",
    "Tampere",
    "FI",
    "A programme",
    authors=("Ada Byron", "Łucja Żak"),
    dated=date(2026, 3, 1),
    sections=(PrintedSection("Context", "Some *words*"),),
    figures=(Series("Countries", "Country", "People", (Bar("Poland", 3),), "As accepted"),),
    agenda=(AgendaLine(date(2026, 2, 2), "09:00", "10:30", "Welcome", "Ada Byron"),),
    commitments=(CommitmentLine("Ask the museum", "Ada"),),
)


def test_a_report_comes_back_from_json_as_it_was() -> None:
    for report in (BARE, FULL):
        assert from_data(json.loads(json.dumps(as_data(report)))) == report
