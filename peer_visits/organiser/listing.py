"""What a list was asked for: words, filters, order and columns, read from the address; anything odd is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from flask import request, url_for

from peer_visits.accounts.models import OrganisationKind
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel.text import clean_line
from peer_visits.organiser.queries import SORTS, ApplicationFilter, Eligibility

# What makes a view: the page number does not.
VIEW_ARGUMENTS = (
    "q",
    "state",
    "visit",
    "rank",
    "country",
    "kind",
    "eligibility",
    "changed",
    "sort",
    "direction",
    "columns",
)


def asked_filter() -> ApplicationFilter:
    """The filter as asked for."""
    sort = request.args.get("sort", "")
    rank = request.args.get("rank", 0, type=int)
    country = request.args.get("country", "")
    return ApplicationFilter(
        words=asked_words(),
        state=one_of(ApplicationState, request.args.get("state")),
        visit_slug=request.args.get("visit", "")[:80].replace("\x00", ""),
        rank=rank if 1 <= rank <= 20 else None,
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
        kind=one_of(OrganisationKind, request.args.get("kind")) or "",
        eligibility=one_of(Eligibility, request.args.get("eligibility")),
        is_changed=request.args.get("changed") == "1",
        sort=sort if sort in SORTS else "sent",
        descending=request.args.get("direction", "descending" if sort in {"", "sent"} else "")
        == "descending",
    )


def asked_columns() -> list[str]:
    """The keys of the columns as asked for."""
    return [key for value in request.args.getlist("columns") for key in value.split(",")][:200]


def view_arguments() -> dict[str, str]:
    """This view as arguments of an address, without its page."""
    found = {name: request.args.get(name, "") for name in VIEW_ARGUMENTS if name != "columns"}
    return {name: value for name, value in {**found, "columns": ",".join(asked_columns())}.items() if value}


def asked_words() -> str:
    """What is searched for, without what no text holds."""
    return clean_line(request.args.get("q", "").replace("\x00", ""))[:200]


def one_of(states: type[StrEnum], value: str | None) -> Any:
    """The member of that value, or none."""
    return next((state for state in states if state.value == value), None)


def state_chips(
    states: Iterable[StrEnum], counts: Mapping[Any, int], chosen: StrEnum | None
) -> list[dict[str, Any]]:
    """One filter for each state there is something in, and one for all."""
    shown: list[tuple[StrEnum | None, int]] = [(None, sum(counts.values()))]
    shown += [(state, counts.get(state, 0)) for state in states if counts.get(state) or state is chosen]
    return [
        {
            "state": state,
            "url": same_page(state=state.value if state else None, page=None),
            "count": number,
            "current": state is chosen,
        }
        for state, number in shown
    ]


def sort_url(key: str, wanted: ApplicationFilter) -> str:
    """This list sorted by a column; the same column again turns it round."""
    turned = key == wanted.sort and not wanted.descending
    return same_page(sort=key, direction="descending" if turned else "ascending", page=None)


def same_page(**changes: Any) -> str:
    """This page's address with some arguments changed; None takes one away."""
    arguments: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), **changes}
    return url_for(str(request.endpoint), **{name: value for name, value in arguments.items() if value})
