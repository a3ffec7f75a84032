"""What journeys share."""

from __future__ import annotations

import pytest

from peer_visits.kernel import clock
from tests.journeys.moving import MovedClock


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    """The product's clock, held at the present second until the test moves it."""
    held = MovedClock(clock.now().replace(microsecond=0))
    monkeypatch.setattr(clock, "now", held.now)
    return held
