"""How far a search for times or groups is, for the page that waits for it."""

from __future__ import annotations

from typing import Any

from flask import abort

from peer_visits.accounts.current import current_person
from peer_visits.agenda.queries.searches import find_search
from peer_visits.agenda.states import SearchKind
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.searches.words import progress_of
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor


@blueprint.get("/agenda/<slug>/search/<kind>")
def search(slug: str, kind: str) -> dict[str, Any]:
    """Whether the latest search of this kind is over, and how far it is in words."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    wanted = next((one for one in SearchKind if one == kind), None)
    if wanted is None:
        abort(404)
    return progress_of(find_search(reading(), visit, wanted))
