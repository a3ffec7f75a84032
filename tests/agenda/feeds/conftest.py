"""The stage of what is shown serves feeds too."""

from __future__ import annotations

from tests.agenda.showing.conftest import stage

__all__ = ["stage"]
