"""The waiting lists of a call: who waits where, who would be next, and what stands against the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from peer_visits.accounts.current import current_person
from peer_visits.allocation.sentences import rule_words
from peer_visits.allocation.solving.instance import Rule
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.places.queries import count_places
from peer_visits.places.rules import first_day, last_offer_day
from peer_visits.places.services.offering import is_given_on
from peer_visits.places.states import LIVE
from peer_visits.places.views.blueprint import blueprint
from peer_visits.places.waiting_list import Grounds, Standing, read_grounds, read_standings
from peer_visits.storage.transaction import reading
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call
from peer_visits.web.formats import country, say
from peer_visits.web.moment import request_time


@blueprint.get("/organise/calls/<slug>/places/waiting")
def waiting(slug: str) -> ResponseReturnValue:
    """One visit's list at a time, the first that has a free place and nobody for it unless another is chosen."""
    call = get_call_for_organiser(reading(), current_person(), slug)
    visits = list_visits_of_call(reading(), call.id)
    chosen = next((one for one in visits if one.slug == request.args.get("visit")), None)
    chosen = chosen or (visits[0] if visits else None)
    grounds = read_grounds(reading(), call)
    counts = count_places(reading(), call.id)
    free = {
        visit.id: max(0, visit.capacity - sum(counts.get(visit.id, {}).get(state, 0) for state in LIVE))
        for visit in visits
    }
    return render_template(
        "places/waiting.html",
        call=call,
        visits=visits,
        chosen=chosen,
        free=free,
        lines=_lines(chosen, grounds) if chosen else [],
        is_given_on=is_given_on(chosen, request_time()) if chosen else False,
        last_day=last_offer_day(first_day(chosen), call.promotion_stops_days) if chosen else None,
    )


def _lines(visit: Visit, grounds: Grounds) -> list[dict[str, Any]]:
    standings = read_standings(reading(), visit, grounds)
    following = min((one for one in standings if one.is_free), key=lambda one: one.turn, default=None)
    return [
        {
            "standing": one,
            "is_next": one is following,
            "reasons": why_not(one, grounds.rules),
        }
        for one in standings
    ]


def why_not(standing: Standing, rules: Sequence[Rule]) -> list[str]:
    """What stands against offering them the next free place, in sentences."""
    if standing.is_full:
        return [say(phrase("Holds all the places one person may hold."))]
    by_id = {rule.id: rule for rule in rules}
    return [say(_why(name, by_id, standing)) for name in standing.blocked]


def _why(name: str, rules: dict[str, Rule], standing: Standing) -> Phrase:
    rule = rules.get(name.rpartition("@")[0])
    person = standing.waiter.person
    if rule is None:
        return phrase("Holds a place in a visit that clashes with this one.")
    if rule.kind == "max_each" and rule.attr == "country":
        return phrase(
            "%(country)s has all the places one country may have here (%(bound)s).",
            country=country(person.country),
            bound=rule.bound,
        )
    if rule.kind == "max_each" and rule.attr == "org":
        return phrase(
            "%(organisation)s has all the places one organisation may have here (%(bound)s).",
            organisation=person.organisation,
            bound=rule.bound,
        )
    words = rule_words(name, {rule.id: rule.bound})
    return phrase("This rule would be broken: %(rule)s.", rule=words)
