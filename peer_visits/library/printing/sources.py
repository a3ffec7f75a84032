"""What reports tell of a visit that other rooms know: they say it here, since the library knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from peer_visits.library.printing.values import CommitmentLine
from peer_visits.visits.models import Visit

# Where the application keeps its sources.
REPORT_SOURCES = "report_sources"


def _nothing(_session: Session, _visit: Visit) -> Sequence[Any]:
    return ()


@dataclass(frozen=True)
class Sources:
    """Where the parts of a report come from that are not written: each a read with a fixed number of statements.

    `agenda` gives the sessions everybody may read, each with its `title`, its `speaker`, and `starts_at` and `ends_at`
    as moments; `commitments` gives what participants agreed to show.
    """

    agenda: Callable[[Session, Visit], Sequence[Mapping[str, Any]]] = _nothing
    commitments: Callable[[Session, Visit], Sequence[CommitmentLine]] = _nothing


def current_sources() -> Sources:
    """The sources of this application."""
    sources: Sources = current_app.extensions[REPORT_SOURCES]
    return sources
