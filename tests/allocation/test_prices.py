"""What loosening a rule by one would give."""

from __future__ import annotations

import pytest

from peer_visits.allocation.solving import price_rules, read_instance, solve
from peer_visits.allocation.solving.binding import loosened
from tests.allocation.published import call


def test_loosening_a_rule_by_one_is_priced() -> None:
    instance = read_instance(call("t4-hard-cap-leaves-empty"))
    answer = solve(instance)
    heard: list[str] = []
    prices = price_rules(
        instance,
        answer,
        ["country@V1", "capacity@V1"],
        progress=lambda _done, price: heard.append(price.rule),
    )
    assert [price.rule for price in prices] == heard == ["country@V1", "capacity@V1"]
    assert all(price.proven for price in prices)
    assert prices[0].changes["filled"] == 1
    assert prices[1].changes["filled"] == 0


def test_no_time_means_no_price() -> None:
    instance = read_instance(call("t4-hard-cap-leaves-empty"))
    assert price_rules(instance, solve(instance), ["country@V1"], seconds=0) == []


@pytest.mark.parametrize(
    ("name", "rule", "change"),
    [
        ("t5-infeasible-one-visit", "newcomer@V1", ("newcomer +1", "bound", 1)),
        ("t5-infeasible-one-visit", "org@V1", ("org +1", "bound", 2)),
        ("t8-gender-share", "gender-f@V1", ("gender-f +1", "plus", 1)),
    ],
)
def test_one_rule_in_one_visit_gives_way(name: str, rule: str, change: tuple[str, str, int]) -> None:
    instance = read_instance(call(name))
    looser = loosened(instance, rule)
    found = next(one for one in looser.rules if one.id == change[0])
    assert found.visits == (rule.split("@")[1],)
    assert getattr(found, change[1]) == change[2]
    others = [one for one in looser.rules if one.id == rule.split("@", maxsplit=1)[0]]
    assert all(rule.split("@")[1] not in (one.visits or ()) for one in others)


def test_a_rule_that_is_not_there_cannot_give_way() -> None:
    with pytest.raises(KeyError):
        loosened(read_instance(call("t8-gender-share")), "nothing@V1")
