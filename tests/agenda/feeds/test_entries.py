"""What stands in a calendar after several releases, over plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from peer_visits.agenda.feeds.entries import Issue, entries_of
from peer_visits.agenda.releases import Item

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def item(name: str, sequence: int, *speakers: str) -> Item:
    return {"id": name, "sequence": sequence, "speaker_ids": list(speakers)}


def issue(number: int, *items: Item) -> Issue:
    return Issue(number, NOON + timedelta(days=number), items)


def everything(_item: Item) -> bool:
    return True


def told(*issues: Issue, mine: str = "", since: datetime | None = None) -> list[tuple[str, int, bool]]:
    found = entries_of(issues, (lambda one: mine in one["speaker_ids"]) if mine else everything, since=since)
    return sorted((one.item["id"], one.item["sequence"], one.is_cancelled) for one in found)


def test_what_is_gone_is_cancelled_by_the_number_of_the_release_that_lost_it() -> None:
    assert told(issue(1, item("a", 1), item("b", 1)), issue(2, item("a", 1))) == [
        ("a", 1, False),
        ("b", 2, True),
    ]


def test_it_stays_cancelled_with_that_number() -> None:
    first, second, third = issue(1, item("a", 1)), issue(2), issue(3, item("c", 3))
    assert told(first, second, third) == [("a", 2, True), ("c", 3, False)]


def test_what_comes_back_is_no_longer_cancelled() -> None:
    assert told(issue(1, item("a", 1)), issue(2), issue(3, item("a", 3))) == [("a", 3, False)]


def test_what_was_gone_before_they_came_never_was_theirs() -> None:
    issues = issue(1, item("a", 1), item("b", 1)), issue(2, item("b", 1)), issue(3)
    assert told(*issues, since=NOON + timedelta(days=2, hours=1)) == [("b", 3, True)]
    assert told(*issues, since=NOON) == [("a", 2, True), ("b", 3, True)]


def test_a_speaker_keeps_what_is_theirs_and_loses_what_is_given_to_others() -> None:
    first = issue(1, item("a", 1, "ada"), item("b", 1, "bo"))
    second = issue(2, item("a", 2, "bo"), item("b", 2, "bo", "ada"))
    assert told(first, second, mine="ada") == [("a", 2, True), ("b", 2, False)]


@given(st.lists(st.sets(st.sampled_from("abcde")), min_size=1, max_size=6))
def test_after_any_releases_what_is_confirmed_is_the_last_one(releases: list[set[str]]) -> None:
    issues = [
        issue(number, *(item(name, 1) for name in sorted(names)))
        for number, names in enumerate(releases, start=1)
    ]
    found = entries_of(issues, everything)
    assert {one.item["id"] for one in found if not one.is_cancelled} == releases[-1]
    assert {one.item["id"] for one in found} == set().union(*releases)
    for one in found:
        if one.is_cancelled:
            number = one.item["sequence"]
            assert one.item["id"] in releases[number - 2]
            assert all(one.item["id"] not in names for names in releases[number - 1 :])
