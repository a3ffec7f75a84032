"""A clock that journeys move, and a look at each page on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from peer_visits.jobs.sweeps import SWEEPS
from tests.journeys.stage import Player
from tests.support.browser import accessibility_findings, overflow


@dataclass
class MovedClock:
    """In place of the product's clock, so that every thread of the server lives at the same moment."""

    moment: datetime

    def now(self) -> datetime:
        """The present moment."""
        return self.moment

    def sweep(self, name: str, moment: datetime) -> None:
        """Time has come so far, and the worker looks around."""
        self.moment = moment
        SWEEPS[name](moment)


def faults_of(player: Player) -> list[str]:
    """Everything wrong with the page as it stands, and at the narrowest width."""
    found = accessibility_findings(player.page)
    player.page.set_viewport_size({"width": 320, "height": 900})
    found += [f"{player.page.url} is {over} px too wide" for over in [overflow(player.page)] if over > 0]
    player.page.set_viewport_size({"width": 1280, "height": 900})
    return found
