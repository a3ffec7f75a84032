"""Minutes, shares, codes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from peer_visits.followup.certificates.codes import LENGTH, as_code, new_code, spaced
from peer_visits.followup.certificates.rules import GRACE, TOO_OLD, is_due, is_entitled, minutes_of
from tests.support.factories import NOW


def span(start: int, end: int) -> tuple[datetime, datetime]:
    return NOW + timedelta(minutes=start), NOW + timedelta(minutes=end)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(0, 60)], 60),
        ([(60, 90), (0, 60)], 90),
        ([(0, 60), (0, 60)], 60),
        ([(0, 60), (30, 90)], 90),
        ([(0, 120), (30, 60), (100, 130)], 130),
        ([(0, 30), (60, 90)], 60),
    ],
)
def test_what_overlaps_counts_once(spans: list[tuple[int, int]], minutes: int) -> None:
    assert minutes_of(span(*one) for one in spans) == minutes


@pytest.mark.parametrize(
    ("attended", "held", "share", "entitled"),
    [(80, 100, 80, True), (79, 100, 80, False), (1, 100, 1, True), (0, 0, 80, False), (0, 100, 1, False)],
)
def test_the_share_is_asked_for_exactly(attended: int, held: int, share: int, entitled: bool) -> None:
    assert is_entitled(attended, held, share) is entitled


def test_certificates_go_out_after_some_days_and_not_for_ever() -> None:
    assert not is_due(NOW, NOW + GRACE - timedelta(seconds=1))
    assert is_due(NOW, NOW + GRACE)
    assert not is_due(NOW, NOW + TOO_OLD)


def test_a_code_is_read_however_it_is_typed() -> None:
    assert as_code(" abcd-efgh jkmn-pqr5 ") == "ABCDEFGHJKMNPQR5"
    assert as_code("oil0-1111-2222-3333") == "0110111122223333"
    assert spaced("ABCDEFGHJKMNPQR5") == "ABCD-EFGH-JKMN-PQR5"
    assert as_code(spaced("ABCDEFGHJKMNPQR5")) == "ABCDEFGHJKMNPQR5"


def test_codes_differ_and_read_back_as_they_are() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == LENGTH and as_code(code) == code for code in codes)
