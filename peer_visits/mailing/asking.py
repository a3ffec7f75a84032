"""What the outbox was asked for, read from the address or the form; anything odd is nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import request, url_for

from peer_visits.kernel.text import clean_line
from peer_visits.mailing.queries import MailFilter
from peer_visits.outbox.states import MessageState

# More cannot be ticked on one page.
MOST_TICKED = 200


def asked_filter() -> MailFilter:
    """The filter as asked for."""
    return MailFilter(
        state=next((one for one in MessageState if one.value == request.values.get("state")), None),
        kind=_word("kind", 60),
        visit_slug=_word("visit", 80),
        words=_word("q", 200),
        written=_moment(_word("written", 40)),
        group_id=request.values.get("group", type=uuid.UUID),
    )


def asked_ids() -> list[uuid.UUID]:
    """The ticked mails."""
    return list(_ids())[:MOST_TICKED]


def _ids() -> Iterator[uuid.UUID]:
    for value in request.form.getlist("mail"):
        try:
            yield uuid.UUID(value)
        except ValueError:
            continue


def filter_arguments(wanted: MailFilter) -> dict[str, str]:
    """The filter as arguments of an address."""
    found = {
        "state": wanted.state.value if wanted.state else "",
        "kind": wanted.kind,
        "visit": wanted.visit_slug,
        "q": wanted.words,
        "written": wanted.written.isoformat() if wanted.written else "",
        "group": str(wanted.group_id or ""),
    }
    return {name: value for name, value in found.items() if value}


def state_chips(counts: Mapping[MessageState, int], chosen: MessageState | None) -> list[dict[str, Any]]:
    """One filter for each state there is something in, and one for all."""
    shown: list[tuple[MessageState | None, int]] = [(None, sum(counts.values()))]
    shown += [(one, counts.get(one, 0)) for one in MessageState if counts.get(one) or one is chosen]
    return [
        {"state": state, "url": _with_state(state), "count": number, "current": state is chosen}
        for state, number in shown
    ]


def _with_state(state: MessageState | None) -> str:
    arguments = {**request.args.to_dict(), "state": state.value if state else "", "page": ""}
    kept = {name: value for name, value in arguments.items() if value}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept})


def _word(name: str, limit: int) -> str:
    return clean_line(request.values.get(name, "").replace("\x00", ""))[:limit]


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
