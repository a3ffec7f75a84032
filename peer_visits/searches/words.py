"""How far a search is, in words, for the page that waits for it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext as _

from peer_visits.outbox.packing import unpack
from peer_visits.searches.models import Search
from peer_visits.searches.states import SearchState
from peer_visits.web.formats import say


def words_of_search(found: Search | None) -> str:
    """How far a search is."""
    if found is None or not found.is_live:
        return str(_("It is over."))
    if found.state is SearchState.WORKING:
        return str(_("At work. It takes ten seconds at most."))
    return str(_("It waits for its turn."))


def problem_of_search(found: Search) -> str:
    """Why a search came to nothing."""
    return say(unpack(found.problem))


def progress_of(found: Search | None) -> dict[str, Any]:
    """What the script of a page that waits asks for: whether it is over, and how far it is."""
    return {"over": found is None or not found.is_live, "words": words_of_search(found)}


def register_search_words(app: Flask) -> None:
    """Let templates say how far a search is."""
    app.add_template_global(words_of_search)
    app.add_template_global(problem_of_search)
