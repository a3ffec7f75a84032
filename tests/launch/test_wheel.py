"""The wheel carries all it needs and serves from an empty folder, without Node, sources or network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from peer_visits.paths import ROOT
from tests.support.ports import free_port


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel, and the libraries of the tests, but not the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.glob("lib/*/site-packages"))
    # A path named in a .pth file does not have its own .pth files read, so the checkout stays out of sight.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    return folder / "bin" / "python"


def test_the_wheel_carries_templates_migrations_assets_and_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for beginning in (
        "wsgi.py",
        "peer_visits/_bundled/templates/base.html",
        "peer_visits/_bundled/migrations/env.py",
        "peer_visits/_bundled/migrations/versions/0001",
        "peer_visits/web/static/manifest.json",
        "peer_visits/demo/data/",
        "peer_visits/py.typed",
    ):
        assert any(name.startswith(beginning) for name in names), beginning
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_carries_neither_tests_nor_asset_sources(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if name.startswith(("tests/", "peer_visits/web/assets/", "instance/"))]


@pytest.fixture
def serving(installed: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "CI") if name in os.environ}
    process = subprocess.Popen(
        [str(installed), "-m", "peer_visits", "run"],
        cwd=tmp_path,
        env=kept | {"PORT": str(port), "HOME": str(tmp_path / "home")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process, port
    process.kill()
    process.wait()


def test_the_wheel_serves_from_an_empty_folder_and_stops_cleanly(
    serving: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    process, port = serving
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    assert process.poll() is None, "".join(said)
    assert "administrator" in "".join(said)
    _look_at_the_product(f"http://127.0.0.1:{port}")
    process.send_signal(signal.SIGINT)
    assert process.stdout.read().strip() == "Stopped."
    assert process.wait(timeout=40) == 0
    assert (tmp_path / "instance" / "peer-visits.sqlite").is_file()


def _look_at_the_product(address: str) -> None:
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
        assert json.load(answer)["status"] == "ok"
    with urllib.request.urlopen(f"{address}/", timeout=10) as answer:
        page = answer.read().decode()
    style = next(word.split('"')[0] for word in page.split('href="') if word.startswith("/static/app-"))
    with urllib.request.urlopen(address + style, timeout=10) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
