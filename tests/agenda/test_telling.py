"""Who is told what of random releases, against a plain recomputation from the calendars people hold."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.releases import changes_between
from peer_visits.agenda.telling import told_to_participant, told_to_speaker

ADA, BO = "ada", "bo"
SPEAKERS = st.sampled_from([(), (ADA,), (BO,), (ADA, BO)])


def item(start: int, title: str, speakers: tuple[str, ...]) -> dict[str, Any]:
    return {
        "title": title,
        "starts_at": f"2026-09-14T{start:02}:00:00+00:00",
        "ends_at": f"2026-09-14T{start:02}:30:00+00:00",
        "speaker": ", ".join(speakers),
        "speaker_ids": list(speakers),
        "sequence": 1,
    }


AGENDAS = st.dictionaries(
    st.sampled_from(["1", "2", "3"]),
    st.builds(item, st.integers(9, 11), st.sampled_from(["Talk", "Walk"]), SPEAKERS),
).map(lambda items: [{"id": key, **one} for key, one in items.items()])


def calendar(items: list[dict[str, Any]], speaker: str | None) -> dict[str, tuple[Any, ...]]:
    """What somebody should have in their calendar: everything, or what they speak in."""
    return {
        one["id"]: (one["title"], one["starts_at"], one["ends_at"], one["speaker"])
        for one in items
        if speaker is None or speaker in one["speaker_ids"]
    }


@given(AGENDAS, AGENDAS, st.sampled_from([None, ADA, BO]))
def test_only_people_concerned_are_told_and_of_what_concerns_them(
    before: list[dict[str, Any]], now: list[dict[str, Any]], who: str | None
) -> None:
    changes = changes_between(AgendaRelease(number=1, content={"sessions": before}), {"sessions": now})
    told = told_to_speaker(who, before, now, changes) if who else told_to_participant(now, changes)
    had, has = calendar(before, who), calendar(now, who)
    assert told.is_something == (had != has)
    assert {one["id"] for one in told.items} == set(has)
    assert {one["id"] for one in told.cancelled} == set(had) - set(has)
    named = {one.item["id"]: one.change.value for one in told.changes}
    assert set(named) == {key for key in had.keys() | has.keys() if had.get(key) != has.get(key)}
    assert {key for key, change in named.items() if change == "added"} == set(has) - set(had)
    assert {key for key, change in named.items() if change == "removed"} == set(had) - set(has)
