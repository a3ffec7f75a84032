"""The page of a suggested group. It saves nothing: the board tries the group, or takes it as one move."""

from __future__ import annotations

import json
import uuid

from flask import Blueprint, render_template

from peer_visits.accounts.current import current_person
from peer_visits.allocation.suggesting.queries import list_candidates, moves_to
from peer_visits.allocation.suggesting.rules import Candidate, Caps, Suggestion, suggest_group
from peer_visits.shortlist.identity import are_names_hidden, list_seen
from peer_visits.shortlist.moves import Order, as_data
from peer_visits.shortlist.queries.board import count_choices, find_group
from peer_visits.shortlist.queries.moves import read_order
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.storage.transaction import reading
from peer_visits.visits.access import get_visit_for_lead
from peer_visits.visits.models import Visit

blueprint = Blueprint("suggesting", __name__)


@blueprint.get("/host/<slug>/suggestion")
def group(slug: str) -> str:
    """A balanced group for a visit, with the reason for each; from the team's scores, so for leads alone."""
    session, person = reading(), current_person()
    visit = get_visit_for_lead(session, person, slug)
    order = read_order(session, visit)
    candidates = list_candidates(session, visit, order)
    hidden = are_names_hidden(session, visit)
    people = list_seen(session, [one.choice for one in candidates], hidden=hidden)
    total = count_choices(session, visit)
    locked = find_shortlist(session, visit).state is ShortlistState.HANDED_OVER
    found = _suggest(visit, candidates) if candidates and not locked else None
    chosen = [one.candidate.choice for one in found.group] if found else []
    return render_template(
        "allocation/suggestion.html",
        visit=visit,
        suggestion=found,
        locked=locked,
        people=people,
        left_out=total - len(candidates) - len(order[Proposal.NOT_PROPOSED]),
        group=find_group(session, chosen, hidden=hidden),
        tried=_tried(chosen, order),
    )


def _suggest(visit: Visit, candidates: list[Candidate]) -> Suggestion:
    caps = Caps(visit.call.most_per_country, visit.call.most_per_organisation)
    return suggest_group(candidates, visit.capacity, caps, seed=visit.slug)


def _tried(chosen: list[uuid.UUID], order: Order) -> str:
    return json.dumps(as_data(moves_to(chosen, order)), separators=(",", ":"))
