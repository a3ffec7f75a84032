"""The built set: hashed names, compressed twins, an address for every name."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest

from peer_visits.paths import ASSETS, ROOT, STATIC
from peer_visits.web import manifest
from peer_visits.web.manifest import asset_url, read_manifest

HASHED = re.compile(r"^[A-Za-z0-9._-]+-[A-Z0-9]{8}\.[a-z0-9]+$")


@pytest.fixture
def built() -> dict[str, str]:
    files = read_manifest(STATIC / "manifest.json")
    if not files:
        pytest.skip("the assets are not built: python3 -m peer_visits assets")
    return files


def test_style_scripts_and_icons_are_there_under_hashed_names(built: dict[str, str]) -> None:
    assert {"app.css", "app.js", "icons.svg"} <= built.keys()
    assert all(HASHED.match(name) and (STATIC / name).is_file() for name in built.values())


def test_texts_have_twins_that_unpack_to_the_same(built: dict[str, str]) -> None:
    for name in (built["app.css"], built["app.js"], built["icons.svg"]):
        content = (STATIC / name).read_bytes()
        assert gzip.decompress((STATIC / f"{name}.gz").read_bytes()) == content
        assert brotli.decompress((STATIC / f"{name}.br").read_bytes()) == content


def test_every_icon_of_the_list_is_in_the_sprite(built: dict[str, str]) -> None:
    lines = (ASSETS / "icons.txt").read_text("utf-8").splitlines()
    wanted = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    sprite = (STATIC / built["icons.svg"]).read_text("utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == wanted


def test_nothing_built_refers_to_another_host(built: dict[str, str]) -> None:
    for name in (built["app.css"], built["app.js"]):
        text = (STATIC / name).read_text("utf-8").replace("http://www.w3.org/", "")
        assert not re.search(r"https?://|url\([\"']?//", text)


def test_an_asset_has_the_address_of_its_built_file(built: dict[str, str]) -> None:
    assert asset_url("app.css") == f"/static/{built['app.css']}"
    with pytest.raises(KeyError, match="no built asset is called"):
        asset_url("nothing.css")


def test_without_a_built_set_the_sources_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "load_manifest", dict)
    assert asset_url("app.css") == "/static/app.css"


@pytest.mark.parametrize("text", ["{", "[]", '{"files": 3}', "{}"])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="is damaged"):
        read_manifest(path)


def test_the_packages_are_exactly_those_of_the_lock() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
