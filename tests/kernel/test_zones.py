"""Wall time in a zone: times a clock skips, times it shows twice, and back again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.kernel.zones import WallTime, how_often, is_zone, to_utc, to_wall

HOST_ZONES = ["Europe/Helsinki", "Europe/Brussels", "Europe/London", "Europe/Rome", "Europe/Zagreb"]


@pytest.mark.parametrize(
    ("wall", "zone", "expected"),
    [
        (datetime(2027, 3, 28, 2, 30), "Europe/Brussels", WallTime.NEVER),
        (datetime(2026, 10, 25, 2, 30), "Europe/Brussels", WallTime.TWICE),
        (datetime(2026, 10, 25, 3, 0), "Europe/Brussels", WallTime.ONCE),
        (datetime(2027, 3, 28, 3, 30), "Europe/Helsinki", WallTime.NEVER),
        (datetime(2026, 10, 25, 1, 30), "Europe/London", WallTime.TWICE),
        (datetime(2026, 7, 1, 12, 0), "Europe/Helsinki", WallTime.ONCE),
    ],
)
def test_how_often_a_wall_clock_shows_a_time(wall: datetime, zone: str, expected: WallTime) -> None:
    assert how_often(wall, zone) is expected


def test_vantaa_and_tampere_share_a_zone_but_not_an_offset() -> None:
    assert to_utc(datetime(2021, 3, 22, 12), "Europe/Helsinki").hour == 10
    assert to_utc(datetime(2021, 5, 10, 12), "Europe/Helsinki").hour == 9


def test_a_skipped_time_is_refused() -> None:
    with pytest.raises(ValueError, match="does not exist"):
        to_utc(datetime(2027, 3, 28, 2, 30), "Europe/Brussels")


def test_of_a_doubled_time_the_earlier_is_meant() -> None:
    assert to_utc(datetime(2026, 10, 25, 2, 30), "Europe/Brussels") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC)),
    st.sampled_from(HOST_ZONES),
)
def test_every_moment_has_a_wall_time_and_comes_back(moment: datetime, zone: str) -> None:
    wall = to_wall(moment, zone)
    again = to_utc(wall, zone)
    assert again <= moment
    assert to_wall(again, zone) == wall


def test_zone_names() -> None:
    assert is_zone("Europe/Brussels")
    assert not is_zone("Europe/Atlantis")
