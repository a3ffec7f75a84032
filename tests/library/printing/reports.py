"""Reports to set: one that says everything, one that has a title and nothing else."""

from __future__ import annotations

from datetime import date

from peer_visits.library.printing.values import AgendaLine, CommitmentLine, PrintedReport, PrintedSection
from peer_visits.web.series import Series

# Everything that Markdown has, with headings in no good order.
TEXT = """
#### Deeper than it should be

Words with *emphasis that is **strong***, `code`, a [link](https://example.org/page), an address
<mailto:ask@example.org>, Ελληνικά and Українська. ![A picture that is not shown](x.png)

# First

5. five
6. six
   - inner
   - another

> Somebody said this,\x20\x20
> on two lines.

| What | How many |
|------|---------:|
| Arches | *12* |
| Doors | |

```
code that stays
```

---

- a list

  with a second paragraph
""".replace("\\x20", " ")

BARE = PrintedReport("A title", "tampere", "A visit", "City of Tampere", "Tampere", "FI", "A programme")
FULL = PrintedReport(
    "Adopt a monument",
    "tampere",
    "Volunteers in Tampere",
    "City of Tampere",
    "Tampere",
    "FI",
    "A programme",
    dates="2–4 February 2026",
    authors=("Ada Byron", "Łucja Żak"),
    dated=date(2026, 3, 1),
    edition=2,
    licence="CC BY 4.0",
    doi="10.1234/abc.5",
    summary="Some *words* of summary.",
    sections=(PrintedSection("Context", TEXT), PrintedSection("Lessons", "One.\n\nTwo.")),
    figures=(
        Series(
            "Participants by country",
            "Country",
            ("Participants", "Hosts"),
            (("Poland", (3, 1)), ("Finland", (2, 0))),
        ),
    ),
    agenda=(
        AgendaLine(date(2026, 2, 2), "09:00", "10:30", "Welcome", "Ada Byron"),
        AgendaLine(date(2026, 2, 3), "09:00", "10:30", "On foot"),
    ),
    commitments=(CommitmentLine("Ask the museum", "Ada"), CommitmentLine("Count the arches")),
    is_sample=True,
)
