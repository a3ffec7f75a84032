"""Style, scripts, fonts and icons: from their sources to hashed files, with Node from here or from a package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peer_visits.launch.environment import outer_python, pip_install
from peer_visits.launch.programs import clean_environment, run_program
from peer_visits.launch.stamps import Stamps, hash_files

OLDEST_NODE = 20
NOT_BUILT = "The style and scripts could not be built."


class Assets:
    """The asset sources of one checkout and the folder their built files go to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "peer_visits" / "web" / "static"
        self._modules = Stamps(root / "node_modules" / ".peer-visits")

    def build(self) -> str:
        """Build unless the manifest says it was done from these very sources. Raises StepFailedError."""
        wanted = self._sources_hash()
        if self._built_from() == wanted:
            return "unchanged"
        with _node(self.root) as path:
            environment = clean_environment(PATH=path)
            self._install_modules(environment)
            self._bundle(wanted, environment)
        return "built"

    def _sources_hash(self) -> str:
        names = ("package-lock.json", "scripts/assets.mjs", "peer_visits/web/assets")
        return hash_files(self.root / name for name in names)

    def _built_from(self) -> str:
        try:
            return str(json.loads((self.output / "manifest.json").read_text("utf-8"))["sources"])
        except (OSError, ValueError, KeyError):
            return ""

    def _install_modules(self, environment: dict[str, str]) -> None:
        wanted = hash_files([self.root / "package-lock.json"])
        if self._modules.matches("lock", wanted):
            return
        # Packages' own install scripts never run: they may refuse, or call home.
        run_program(
            [_found("npm", environment), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=self.root,
            what="The packages for style and scripts could not be installed.",
            environment=environment,
        )
        self._modules.set("lock", wanted)

    def _bundle(self, sources_hash: str, environment: dict[str, str]) -> None:
        # Built beside and put in place whole: a server that is running never sees half a set.
        fresh = Path(tempfile.mkdtemp(prefix=".static-", dir=self.output.parent))
        try:
            script = [_found("node", environment), str(self.root / "scripts" / "assets.mjs"), str(fresh), sources_hash]
            run_program(script, cwd=self.root, what=NOT_BUILT, environment=environment)
            fresh.chmod(0o755)
            shutil.rmtree(self.output, ignore_errors=True)
            fresh.replace(self.output)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _node(root: Path) -> Iterator[str]:
    """A search path on which npm and node are found: this machine's, or a passing environment's."""
    path = os.environ.get("PATH", os.defpath)
    if _usable(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="peer-visits-node-") as folder:
        yield f"{_install_node(root, Path(folder))}{os.pathsep}{path}"


def _usable(path: str) -> bool:
    node = shutil.which("node", path=path)
    if not node or not shutil.which("npm", path=path):
        return False
    result = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return is_new_enough(result.stdout)


def is_new_enough(version: str) -> bool:
    """Whether what `node --version` printed is a Node we build with."""
    found = re.match(r"v(\d+)\.", version)
    return bool(found) and int(found[1]) >= OLDEST_NODE


def _install_node(root: Path, folder: Path) -> Path:
    what = "Node could not be installed from its Python package."
    run_program([outer_python(), "-m", "venv", "--without-pip", str(folder)], cwd=root, what=what)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip_install(programs / "python", root / "requirements" / "build.txt", cwd=root)
    return programs


def _found(program: str, environment: dict[str, str]) -> str:
    return shutil.which(program, path=environment["PATH"]) or program
