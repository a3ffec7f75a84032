"""The reasons of the solver as sentences to the person they are about: "you", and a rule by its words."""

from __future__ import annotations

from collections.abc import Mapping

from peer_visits.allocation.settings import RuleName
from peer_visits.allocation.solving import Answer, Instance, explain
from peer_visits.allocation.solving.instance import Placement
from peer_visits.kernel.text import Phrase, phrase

_RULES = {
    RuleName.COUNTRY: phrase("at most %(bound)s from one country"),
    RuleName.ORGANISATION: phrase("at most %(bound)s from one organisation"),
    RuleName.HOST_COUNTRY: phrase("at most %(bound)s from the host's own country"),
    RuleName.NEWCOMERS: phrase("at least %(bound)s newcomers"),
    RuleName.LOCAL: phrase("at least %(bound)s from local authorities"),
    RuleName.REGIONAL: phrase("at least %(bound)s from regional authorities"),
    RuleName.NATIONAL: phrase("at least %(bound)s from national authorities"),
    RuleName.CIVIL: phrase("at least %(bound)s from civil society"),
    RuleName.OTHER: phrase("at least %(bound)s from other organisations"),
}

_PLACES = phrase("the number of places")
_BY_HAND = phrase("what the organiser decided by hand")

# What the solver says about a person, said to them. The values stay what they are.
TO_THE_PERSON = {
    before: after.template
    for before, after in {
        "This application is not eligible for a place.": phrase(
            "The host did not propose you for this visit."
        ),
        "It clashes with %(other)s, where they have a place.": phrase(
            "It is on the days of %(other)s, where you have a place."
        ),
        "They may get no place in this call.": phrase("You hold all the places you may hold already."),
        "They have a place in %(other)s, which they want more.": phrase(
            "You have a place in %(other)s, which you want more."
        ),
        "Placed by their wish %(rank)d, %(other)s: here %(count)d people with more points took every place.": phrase(
            "You have a place in %(other)s, your choice %(rank)d: here %(count)d people with more points took "
            "every place."
        ),
        "Placed by their wish %(rank)d, %(other)s: the one place here went to somebody with more points.": phrase(
            "You have a place in %(other)s, your choice %(rank)d: the one place here went to somebody with more points."
        ),
        "Placed by their wish %(rank)d, %(other)s: a place here for them would make the whole worse.": phrase(
            "You have a place in %(other)s, your choice %(rank)d: a place for you here would make the whole worse."
        ),
        "A place is free, but with them this rule would be broken: %(rules)s.": phrase(
            "A place is free, but with you in it this rule would be broken: %(rules)s."
        ),
        "Taking them in anybody's place would make the whole worse.": phrase(
            "With you in anybody's place the whole would be worse."
        ),
        "Placed by hand.": phrase("The organiser placed you by hand."),
        "Wish %(rank)d. Some left out have more points; they could not take this place because of: %(rules)s.": phrase(
            "Your choice %(rank)d. Some left out have more points; they could not take this place because of: "
            "%(rules)s."
        ),
        "Wish %(rank)d. Nobody who could still have taken this place has more points; some have as many.": phrase(
            "Your choice %(rank)d. Nobody who could still have taken this place has more points; some have as many."
        ),
        "Wish %(rank)d. Everybody who could still have taken this place has fewer points.": phrase(
            "Your choice %(rank)d. Everybody who could still have taken this place has fewer points."
        ),
    }.items()
}


def explain_all(instance: Instance, answer: Answer, places: Mapping[str, str]) -> dict[Placement, Phrase]:
    """One sentence for every wish; `places` has the place of each visit."""
    bounds = {rule.id: rule.bound for rule in instance.rules}
    reasons = explain(
        instance,
        answer.placements,
        proven=answer.status == "optimal",
        name_rule=lambda name: rule_words(name, bounds),
        name_visit=lambda visit: places.get(visit, visit),
    )
    return {key: to_the_person(reason.text) for key, reason in reasons.applications.items()}


def to_the_person(sentence: Phrase) -> Phrase:
    """The sentence as the person it is about reads it."""
    return Phrase(TO_THE_PERSON.get(sentence.template, sentence.template), sentence.values)


def rule_words(name: str, bounds: Mapping[str, int]) -> Phrase:
    """A rule instance in a few words, without its visit: the sentence stands beside that."""
    rule = name.rpartition("@")[0]
    known = [one for one in RuleName if rule == one or rule.startswith(f"{one}-")]
    if known:
        return Phrase(_RULES[max(known, key=len)].template, {"bound": bounds.get(rule, 0)})
    return _PLACES if rule == "capacity" else _BY_HAND
