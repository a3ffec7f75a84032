"""Every application has a reason, and what a reason says is true."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peer_visits.allocation.solving import Reason, binding_rules, explain, judge, read_instance
from peer_visits.allocation.solving.evaluator import judge_json
from tests.allocation.published import MEDIUM, call, expected
from tests.allocation.small import best, small_call

Pairs = list[tuple[str, str]]
SOLVED = [name for name in MEDIUM if expected(name)["status"] == "optimal" and not name.startswith("m8")]


class Facts:
    """The call counted by the judge alone, to hold the sentences against."""

    def __init__(self, data: dict[str, Any], placements: Pairs) -> None:
        self.data, self.placements = data, placements
        self.wishes = {(wish["applicant"], wish["visit"]): wish for wish in data["applications"]}
        self.pins = {(pin["applicant"], pin["visit"]) for pin in data.get("pinned") or []}
        self.broken = judge_json(data, placements).broken

    def points(self, pair: tuple[str, str]) -> int:
        wish, objective = self.wishes[pair], self.data["objective"]
        first = next((level for level in objective if level in {"score", "utility"}), "score")
        bonus = self.data.get("rank_bonus") or []
        with_bonus = first == "utility" and wish["rank"] <= len(bonus)
        return int(wish["score"]) + (bonus[wish["rank"] - 1] if with_bonus else 0)

    def inside(self, visit: str) -> Pairs:
        return [pair for pair in self.placements if pair[1] == visit]

    def capacity(self, visit: str) -> int:
        return next(int(one["capacity"]) for one in self.data["visits"] if one["id"] == visit)

    def exchange(self, comes: tuple[str, str], goes: tuple[str, str] | None) -> tuple[set[str], int]:
        """Hard rules that are worse with the exchange, and by how much the soft ones are."""
        after = [pair for pair in self.placements if pair != goes] + [comes]
        verdict = judge_json(self.data, after)
        before = judge_json(self.data, self.placements)
        worse = {name for name, n in verdict.broken.items() if n > before.broken.get(name, 0)}
        soft = {name for name, n in verdict.missed.items() if n > before.missed.get(name, 0)}
        cost = sum(self._weight(name) * n for name, n in verdict.missed.items())
        cost -= sum(self._weight(name) * n for name, n in before.missed.items())
        # Soft rules are asked only where no hard one stands in the way.
        return worse or (soft if cost > 0 else set()), cost

    def _weight(self, name: str) -> int:
        rule = next(rule for rule in self.data["rules"] if rule["id"] == name.split("@", maxsplit=1)[0])
        return int(rule.get("weight", 1))


def check(facts: Facts, reason: Reason) -> None:
    """What the reason states is so."""
    pair = (reason.applicant, str(reason.visit))
    assert reason.granted is (pair in facts.placements)
    assert reason.points == facts.points(pair)
    assert str(reason.text)
    assert "%(" not in str(reason.text)
    CHECKS[reason.why](facts, reason, pair)


def is_pinned(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    assert pair in facts.pins


def has_points(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    """Nobody who could have taken the place has more (or as many) points."""
    for other in could_take(facts, pair[1]):
        if reason.why == "lottery":
            assert facts.points(other) <= facts.points(pair)
        elif len(facts.inside(pair[1])) >= facts.capacity(pair[1]):
            assert facts.points(other) < facts.points(pair)


def could_take(facts: Facts, visit: str) -> Pairs:
    found = []
    for pair, wish in facts.wishes.items():
        if pair[1] == visit and pair not in facts.placements and wish["eligible"]:
            broken = judge_json(facts.data, [*facts.placements, pair]).broken
            structural = {name for name in broken if name.startswith(("max-visits", "clash:"))}
            if not structural - facts.broken.keys():
                found.append(pair)
    return found


def is_rule(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    ahead = [other for other in could_take(facts, pair[1]) if facts.points(other) > facts.points(pair)]
    assert len(ahead) == reason.better > 0
    named = set().union(*(facts.exchange(other, pair)[0] for other in ahead))
    assert set(reason.rules) <= named
    assert reason.rules


def is_ineligible(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    assert facts.wishes[pair]["eligible"] is False


def is_placed(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    assert (reason.applicant, str(reason.other)) in facts.placements
    assert reason.better == sum(facts.points(other) > facts.points(pair) for other in facts.inside(pair[1]))
    if "took every place" in str(reason.text):
        assert reason.better == facts.capacity(pair[1])
    if "want more" in str(reason.text):
        assert facts.wishes[reason.applicant, str(reason.other)]["rank"] < facts.wishes[pair]["rank"]


def is_clash(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    assert any({pair[1], reason.other} <= set(clash) for clash in facts.data["clashes"])
    assert (reason.applicant, str(reason.other)) in facts.placements


def has_no_place(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    limits = [p.get("max_visits") for p in facts.data["applicants"] if p["id"] == reason.applicant]
    assert limits == [0] or facts.capacity(pair[1]) == 0 or facts.data["max_visits_per_applicant"] == 0


def is_full(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    inside = facts.inside(pair[1])
    assert len(inside) == facts.capacity(pair[1]) == reason.better
    assert all(facts.points(other) > facts.points(pair) for other in inside)


def is_blocked(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    assert len(facts.inside(pair[1])) < facts.capacity(pair[1])
    after = judge_json(facts.data, [*facts.placements, pair]).broken
    assert set(reason.rules) == {name for name, n in after.items() if n > facts.broken.get(name, 0)}


def is_held(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    assert len(facts.inside(pair[1])) == facts.capacity(pair[1])
    holders = [other for other in facts.inside(pair[1]) if facts.points(other) <= facts.points(pair)]
    named: set[str] = set()
    for other in holders:
        named |= {f"pin:{other[0]}@{other[1]}"} if other in facts.pins else facts.exchange(pair, other)[0]
    assert set(reason.rules) == named
    assert named


def is_drawn(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    equal = [other for other in facts.inside(pair[1]) if facts.points(other) == facts.points(pair)]
    assert equal
    if reason.drawn is not None:
        assert reason.drawn[0] <= reason.drawn[1]


def is_open(facts: Facts, reason: Reason, pair: tuple[str, str]) -> None:
    """Only objectives of another order have nothing better to say."""
    assert facts.data["objective"][:2] != ["filled", "soft"] or facts.data["objective"][-1] != "lottery"


CHECKS = {
    "pinned": is_pinned,
    "points": has_points,
    "lottery": has_points,
    "rule": is_rule,
    "ineligible": is_ineligible,
    "placed": is_placed,
    "clash": is_clash,
    "no-place": has_no_place,
    "full": is_full,
    "blocked": is_blocked,
    "held": is_held,
    "drawn": is_drawn,
    "open": is_open,
}


@given(seed=st.integers(0, 10**9))
@settings(max_examples=150)
def test_what_a_reason_says_is_true(seed: int) -> None:
    data = small_call(seed)
    right = best(data)
    if right is None:
        return
    placements = right[1][0]
    facts = Facts(data, placements)
    reasons = explain(read_instance(data), placements)
    assert reasons.applications.keys() == facts.wishes.keys()
    assert reasons.people.keys() == {person["id"] for person in data["applicants"]}
    for reason in reasons.applications.values():
        check(facts, reason)


@pytest.mark.parametrize("name", SOLVED)
def test_everybody_in_a_medium_call_has_a_reason(name: str) -> None:
    data, placements = call(name), [(person, visit) for person, visit in expected(name)["placements"]]
    reasons = explain(read_instance(data), placements)
    assert len(reasons.people) == len(data["applicants"])
    facts = Facts(data, placements)
    cheap = {"full", "ineligible", "clash", "drawn", "open", "placed"}
    for reason in reasons.applications.values():
        if reason.why in cheap:
            check(facts, reason)
    assert not [reason for reason in reasons.applications.values() if reason.why == "open"]


def test_the_words_for_rules_and_visits_are_the_callers() -> None:
    data = call("t4-hard-cap-leaves-empty")
    placements = [(person, visit) for person, visit in expected(data["name"])["placements"]]
    reasons = explain(read_instance(data), placements, name_rule=lambda name: f"<{name}>")
    texts = [str(reason.text) for reason in reasons.people.values() if reason.why == "blocked"]
    assert texts
    assert all("<" in text for text in texts)


def test_an_answer_that_is_not_proven_says_so() -> None:
    data = call("t1-fill-beats-score")
    reasons = explain(read_instance(data), [("A2", "V1")], proven=False)
    assert (
        str(reasons.applications["A1", "V1"].text)
        == "There was no time to prove that this answer is the best."
    )


def test_rules_at_their_bound_are_found() -> None:
    data = call("t8-gender-share")
    placements = [(person, visit) for person, visit in expected(data["name"])["placements"]]
    instance = read_instance(data)
    assert judge(instance, placements).holds
    assert binding_rules(instance, placements) == ["capacity@V1", "gender-f@V1"]
