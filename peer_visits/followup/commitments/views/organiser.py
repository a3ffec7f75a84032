"""The organiser's page: every commitment of a call, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.followup.commitments.models import Commitment
from peer_visits.followup.commitments.queries import commitments_of_call, count_states, count_writers
from peer_visits.followup.commitments.states import ANSWERS, CommitmentState
from peer_visits.followup.commitments.views.blueprint import blueprint
from peer_visits.followup.commitments.words import REASONS, SHOWING, STATES
from peer_visits.storage.transaction import reading
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.cells import safe_cell
from peer_visits.web.pages import fetch_page, requested_page


@blueprint.get("/organise/calls/<slug>/commitments")
def of_call(slug: str) -> ResponseReturnValue:
    """Who promised what, and what came of it, by visit and state."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    visits = list_visits_of_call(reading(), call.id)
    visit = next((one for one in visits if one.slug == request.args.get("visit")), None)
    state = next((one for one in CommitmentState if one.value == request.args.get("state")), None)
    visit_slug = visit.slug if visit else ""
    query = commitments_of_call(call.id, visit_slug=visit_slug, state=state)
    counts = count_states(reading(), call.id, visit_slug)
    return render_template(
        "followup/commitments/of_call.html",
        call=call,
        visits=visits,
        visit=visit,
        state=state,
        counts=counts,
        writers=count_writers(reading(), call.id, visit_slug),
        page=fetch_page(reading(), query, requested_page()),
        chip_rows=_chips(slug, visit_slug, state, counts),
        reasons=REASONS,
        showing=SHOWING,
    )


def _chips(
    slug: str, visit_slug: str, chosen: CommitmentState | None, counts: dict[CommitmentState, int]
) -> list[dict[str, object]]:
    """All, then each state, with how many there are."""
    kept: dict[str, Any] = {"slug": slug, **({"visit": visit_slug} if visit_slug else {})}
    states: tuple[CommitmentState | None, ...] = (None, *ANSWERS, CommitmentState.PROMISED)
    return [
        {
            "label": STATES[one] if one else _("All"),
            "url": url_for("commitments.of_call", **kept, **_state(one)),
            "count": counts.get(one, 0) if one else sum(counts.values()),
            "current": one is chosen,
        }
        for one in states
    ]


def _state(one: CommitmentState | None) -> dict[str, Any]:
    return {"state": one.value} if one else {}


@blueprint.get("/organise/calls/<slug>/commitments.csv")
def csv_of_call(slug: str) -> Response:
    """The same as a file that no spreadsheet runs."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    found = reading().scalars(commitments_of_call(call.id)).unique()
    headers = {"Content-Disposition": f'attachment; filename="{slug}-commitments.csv"'}
    return Response("\ufeff" + _as_csv(found), mimetype="text/csv", headers=headers)


def _as_csv(commitments: Iterable[Commitment]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
            *(
                _("Visit"),
                _("Name"),
                _("Organisation"),
                _("Country"),
                _("What I learnt"),
                _("What I will do"),
            ),
            *(
                _("State"),
                _("Months after the visit"),
                _("Why dropped"),
                _("What was said"),
                _("Who may read it"),
            ),
        ]
    )
    for one in commitments:
        writer.writerow([safe_cell(str(value)) for value in _row(one)])
    return out.getvalue()


def _row(one: Commitment) -> list[object]:
    place = one.sheet.place
    person, last = place.person, one.answers[-1] if one.answers else None
    return [
        *(place.visit.place, person.name, person.organisation, person.country or ""),
        *(one.learnt, one.will_do, STATES[one.state]),
        *(one.answered_months if last else "", REASONS[one.reason] if one.reason else ""),
        *(last.note if last else "", SHOWING[one.sheet.showing]),
    ]
