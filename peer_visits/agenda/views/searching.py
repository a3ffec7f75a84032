"""How far a search for times or groups is, for the page that waits for it."""

from __future__ import annotations

from typing import Any

from flask import abort
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.agenda.models import AgendaSearch
from peer_visits.agenda.queries.searches import find_search, is_live
from peer_visits.agenda.states import SearchKind, SearchState
from peer_visits.agenda.views.blueprint import blueprint
from peer_visits.outbox.packing import unpack
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_editor
from peer_visits.web.formats import say


@blueprint.get("/agenda/<slug>/search/<kind>")
def search(slug: str, kind: str) -> dict[str, Any]:
    """Whether the latest search of this kind is over, and how far it is in words."""
    visit = get_visit_for_editor(reading(), current_person(), slug)
    wanted = next((one for one in SearchKind if one == kind), None)
    if wanted is None:
        abort(404)
    found = find_search(reading(), visit, wanted)
    return {"over": not is_live(found), "words": words_of_search(found)}


blueprint.add_app_template_global(is_live, "is_search_live")


@blueprint.app_template_global()
def words_of_search(found: AgendaSearch | None) -> str:
    """How far a search is."""
    if found is None or not is_live(found):
        return str(_("It is over."))
    if found.state is SearchState.WORKING:
        return str(_("At work. It takes ten seconds at most."))
    return str(_("It waits for its turn."))


@blueprint.app_template_global()
def problem_of_search(found: AgendaSearch) -> str:
    """Why a search came to nothing."""
    return say(unpack(found.problem))
