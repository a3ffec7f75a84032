"""Style, scripts, fonts, icons and the map: from their sources to hashed files with a manifest."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from peer_visits.launch.node import Node, node_environment, some_node
from peer_visits.launch.programs import run_program
from peer_visits.launch.stamps import Stamps, hash_files

SOURCES = ("package-lock.json", "scripts/assets.mjs", "scripts/europe.mjs", "peer_visits/web/assets")


class Assets:
    """The asset sources of one checkout and the folder their built files go to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "peer_visits" / "web" / "static"
        self._modules = Stamps(root / "node_modules" / ".peer-visits")

    def build(self) -> str:
        """Build unless the manifest says it was done from these very sources. Raises StepFailedError."""
        wanted = hash_files(self.root / name for name in SOURCES)
        if self._built_from() == wanted:
            return "unchanged"
        with some_node(self.root) as node:
            self._install_modules(node)
            self._bundle(node, wanted)
        return "built"

    def _built_from(self) -> str:
        try:
            return str(json.loads((self.output / "manifest.json").read_text("utf-8"))["sources"])
        except (OSError, ValueError, KeyError):
            return ""

    def _install_modules(self, node: Node) -> None:
        wanted = hash_files([self.root / "package-lock.json"])
        if self._modules.matches("lock", wanted):
            return
        # Packages' own install scripts never run: they may refuse, or call home.
        run_program(
            [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=self.root,
            what="The packages for style and scripts could not be installed.",
            environment=node_environment(node),
        )
        self._modules.set("lock", wanted)

    def _bundle(self, node: Node, sources_hash: str) -> None:
        # Built beside and put in place whole: a server that is running never sees half a set.
        fresh = Path(tempfile.mkdtemp(prefix=".static-", dir=self.output.parent))
        try:
            run_program(
                [node.node, str(self.root / "scripts" / "assets.mjs"), str(fresh), sources_hash],
                cwd=self.root,
                what="The style and scripts could not be built.",
                environment=node_environment(node),
            )
            self._put_in_place(fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _put_in_place(self, fresh: Path) -> None:
        fresh.chmod(0o755)
        shutil.rmtree(self.output, ignore_errors=True)
        fresh.replace(self.output)
