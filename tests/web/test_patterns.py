"""The tile patterns: stable, told apart, well formed, harmless."""

from __future__ import annotations

import hashlib
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from PIL import Image

from peer_visits.web.pattern_picture import png
from peer_visits.web.patterns import ACCENTS, PIGMENTS, SIZES, TILE, Form, Motif, Pattern, svg

SLUGS = (
    "vantaa-2021",
    "kortrijk-2021",
    "central-scotland-2021",
    "val-grande-commonlands-2021",
    "tampere-2021",
    "rotterdam-2021",
    "budapest-2021",
    "sibenik-2021",
    "nantes-2021",
    "reggio-emilia-2021",
)
KNOWN = {
    "vantaa-2021": ("quarters", "#2D3E63", "1f76f9672a88dc82"),
    "kortrijk-2021": ("scallops", "#274B5E", "0055a6793354eeee"),
    "central-scotland-2021": ("quarters", "#5B3B63", "1eb6245322c81806"),
    "val-grande-commonlands-2021": ("scallops", "#7A2E3A", "c1b77f5468351dec"),
    "tampere-2021": ("arches", "#1F5F5B", "dde03eec1513a97e"),
    "rotterdam-2021": ("leaves", "#3D5A3A", "41520f6e02bc3bdf"),
    "budapest-2021": ("diamonds", "#2D3E63", "67f2b1738fc66b16"),
    "sibenik-2021": ("leaves", "#7A2E3A", "4e677848dd2c03bf"),
    "nantes-2021": ("rings", "#1F5F5B", "a308f4d4e10953cf"),
    "reggio-emilia-2021": ("arches", "#3D5A3A", "f7e7aca999739fb3"),
}


def fingerprint(slug: str) -> str:
    return hashlib.sha256(svg(slug, Form.BAND).encode()).hexdigest()[:16]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_slug_keeps_its_pattern(slug: str) -> None:
    pattern = Pattern.of(slug)
    assert (pattern.motif.value, pattern.pigment, fingerprint(slug)) == KNOWN[slug]


def test_neighbours_differ_in_motif_and_pigment() -> None:
    patterns = [Pattern.of(slug) for slug in SLUGS]
    for one, other in pairwise(patterns):
        assert one.motif is not other.motif
        assert one.pigment != other.pigment


def test_no_two_visits_share_a_picture() -> None:
    assert len({svg(slug, Form.BAND) for slug in SLUGS}) == len(SLUGS)


@pytest.mark.parametrize("form", list(Form))
def test_the_svg_is_well_formed_and_has_no_style_or_script(form: Form) -> None:
    root = ET.fromstring(svg("vantaa-2021", form))
    columns, rows = SIZES[form]
    assert root.get("viewBox") == f"0 0 {columns * TILE} {rows * TILE}"
    assert {child.tag.rsplit("}", 1)[-1] for child in root} <= {"path", "circle"}
    assert all(set(child.attrib) <= {"d", "fill", "cx", "cy", "r"} for child in root)


def test_every_motif_and_pigment_occurs() -> None:
    patterns = [Pattern.of(f"visit-{n}") for n in range(200)]
    assert {pattern.motif for pattern in patterns} == set(Motif)
    assert {pattern.pigment for pattern in patterns} == set(PIGMENTS) == set(ACCENTS)


def test_about_one_tile_in_five_is_an_accent() -> None:
    pattern = Pattern.of("tampere-2021")
    colours = [shape.colour for shape in pattern.shapes(40, 40)]
    assert 0.05 < colours.count(pattern.accent) / len(colours) < 0.4


@pytest.mark.parametrize(("width", "height"), [(1200, 630), (1200, 240)])
def test_the_png_has_its_size(width: int, height: int) -> None:
    picture = Image.open(BytesIO(png("rotterdam-2021", width, height)))
    assert (picture.format, picture.size) == ("PNG", (width, height))


def test_the_png_is_painted_to_its_last_corner() -> None:
    picture = Image.open(BytesIO(png("rotterdam-2021", 300, 157))).convert("RGB")
    assert picture.getpixel((299, 156)) != (0, 0, 0)
    assert picture.getpixel((0, 0)) != (0, 0, 0)


class TestAddresses:
    """The pictures by address."""

    def test_an_svg_may_be_kept_for_good(self, client: FlaskClient) -> None:
        answer = client.get("/patterns/vantaa-2021.svg?shape=spine&v=1")
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        again = client.get(
            "/patterns/vantaa-2021.svg?shape=spine&v=1", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304

    def test_the_share_picture_is_a_png(self, client: FlaskClient) -> None:
        answer = client.get("/share/vantaa-2021.png")
        assert (answer.mimetype, answer.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")

    @pytest.mark.parametrize(
        "path",
        [
            "/patterns/UPPER.svg",
            "/patterns/a_b.svg",
            f"/patterns/{'a' * 121}.svg",
            "/patterns/a.svg?shape=huge",
            "/share/-.png",
        ],
    )
    def test_what_is_no_slug_or_shape_is_not_found(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).status_code == 404
