"""Builds the assets when a wheel or a source archive is made, so that neither needs Node later."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Called by hatchling before it packs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build style, scripts, fonts and icons."""
        sys.path.insert(0, self.root)
        from peer_visits.launch.assets import Assets

        self.app.display_info(f"assets {Assets(Path(self.root)).build()}")
