"""A tile pattern for every slug: the same slug gives the same pattern everywhere. Standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

# With this one the ten visits of 2021 stand apart from each other, side by side and one above the other.
SALT = "tile 17375"
VERSION = 1  # part of each address; raise it when the drawing changes
TILE = 40
BLEED = 0.4  # tiles of one colour overlap this much, or hairlines show between them


class Motif(StrEnum):
    """What the tiles show."""

    ARCHES = "arches"
    QUARTERS = "quarters"
    DIAMONDS = "diamonds"
    RINGS = "rings"
    LEAVES = "leaves"
    SCALLOPS = "scallops"


class Form(StrEnum):
    """How many tiles the picture has: wide card band, hero, book spine, square, share picture."""

    BAND = "band"
    HERO = "hero"
    SPINE = "spine"
    SQUARE = "square"
    SHARE = "share"


SIZES = {Form.BAND: (12, 5), Form.HERO: (8, 9), Form.SPINE: (3, 9), Form.SQUARE: (5, 5), Form.SHARE: (20, 10)}

PIGMENTS = ("#1F5F5B", "#2D3E63", "#7A2E3A", "#3D5A3A", "#5B3B63", "#274B5E")
GROUNDS = ("#E7D9BD", "#EBDFC9", "#F0DEC6")
# Accents that stand out from each pigment.
ACCENTS = {
    "#1F5F5B": ("#C4572E", "#D09A2B"),
    "#2D3E63": ("#D09A2B", "#C4572E"),
    "#7A2E3A": ("#2F6F6A", "#D09A2B"),
    "#3D5A3A": ("#C4572E", "#D09A2B"),
    "#5B3B63": ("#D09A2B", "#C4572E"),
    "#274B5E": ("#C4572E", "#D09A2B"),
}
# Motifs that look at home among the tiles of another.
NEIGHBOURS = {
    Motif.ARCHES: Motif.DIAMONDS,
    Motif.QUARTERS: Motif.ARCHES,
    Motif.DIAMONDS: Motif.RINGS,
    Motif.RINGS: Motif.QUARTERS,
    Motif.LEAVES: Motif.RINGS,
    Motif.SCALLOPS: Motif.LEAVES,
}


@dataclass(frozen=True)
class Shape:
    """A filled shape: disc (x, y, r), pie (x, y, r, turn), polygon (x, y, ...) or box (x, y, w, h)."""

    kind: str
    colour: str
    numbers: tuple[float, ...]


@dataclass(frozen=True)
class Pattern:
    """Motif and colours of a slug; the tiles follow from the slug too."""

    slug: str
    motif: Motif
    pigment: str
    ground: str
    accent: str

    @classmethod
    def of(cls, slug: str) -> Pattern:
        """The pattern of a slug, always the same."""
        seed = _numbers(f"{slug}:{SALT}")
        pigment = PIGMENTS[next(seed) % len(PIGMENTS)]
        motif = list(Motif)[next(seed) % len(Motif)]
        ground = GROUNDS[next(seed) % len(GROUNDS)]
        return cls(slug, motif, pigment, ground, ACCENTS[pigment][next(seed) % 2])

    def shapes(self, columns: int, rows: int) -> Iterator[Shape]:
        """The shapes in drawing order on tiles of 40 units, the background first."""
        yield Shape("box", self.pigment, (0, 0, columns * TILE, rows * TILE))
        seed = _numbers(f"{self.slug}:tiles")
        for row in range(rows):
            for column in range(columns):
                yield from self._tile(column * TILE, row * TILE, next(seed))

    def _tile(self, x: float, y: float, dice: int) -> Iterator[Shape]:
        motif = NEIGHBOURS[self.motif] if dice % 7 == 0 else self.motif
        colour = self.accent if dice // 7 % 5 == 0 else self.ground
        yield from _DRAW[motif](x, y, dice // 35 % 4, colour, self.pigment)


def _arch(x: float, y: float, _turn: int, colour: str, pigment: str) -> Iterator[Shape]:
    yield from _doorway(x, y, TILE, 0.94, colour)
    yield from _doorway(x, y, TILE, 0.42, pigment)


def _doorway(x: float, y: float, size: float, width: float, colour: str) -> Iterator[Shape]:
    radius = size * width / 2
    top = y + size * 0.06 + (size * 0.47 - radius) * 0.8
    centre = x + size / 2
    yield Shape("disc", colour, (centre, top + radius, radius))
    yield Shape("box", colour, (centre - radius, top + radius, 2 * radius, y + size + BLEED - top - radius))


def _quarter(x: float, y: float, turn: int, colour: str, _pigment: str) -> Iterator[Shape]:
    corner = ((x, y), (x + TILE, y), (x + TILE, y + TILE), (x, y + TILE))[turn]
    yield Shape("pie", colour, (*corner, TILE, turn))


def _diamond(x: float, y: float, turn: int, colour: str, pigment: str) -> Iterator[Shape]:
    half = TILE / 2
    points = (x + half, y, x + TILE, y + half, x + half, y + TILE, x, y + half)
    yield Shape("polygon", colour, points)
    if turn % 2:
        yield Shape("disc", pigment, (x + half, y + half, TILE * 0.16))


def _ring(x: float, y: float, turn: int, colour: str, pigment: str) -> Iterator[Shape]:
    centre = (x + TILE / 2, y + TILE / 2)
    yield Shape("disc", colour, (*centre, TILE * 0.48))
    yield Shape("disc", pigment, (*centre, TILE * (0.24 if turn else 0.12)))


def _leaf(x: float, y: float, turn: int, colour: str, pigment: str) -> Iterator[Shape]:
    """Two quarter circles, and the two corners they leave given back to the background."""
    for corner in (turn % 2, turn % 2 + 2):
        yield from _quarter_petal(x, y, corner, colour)
    if turn > 1:
        yield Shape("disc", pigment, (x + TILE / 2, y + TILE / 2, TILE * 0.12))


def _quarter_petal(x: float, y: float, corner: int, colour: str) -> Iterator[Shape]:
    half = TILE / 2
    places = ((x, y), (x + half, y), (x + half, y + half), (x, y + half))
    left, top = places[corner]
    centre = ((left + half, top + half), (left, top + half), (left, top), (left + half, top))[corner]
    yield Shape("pie", colour, (*centre, half, (corner + 2) % 4))
    opposite = places[(corner + 1) % 4]
    yield Shape("box", colour, (opposite[0] - BLEED, opposite[1] - BLEED, half + 2 * BLEED, half + 2 * BLEED))


def _scallop(x: float, y: float, turn: int, colour: str, pigment: str) -> Iterator[Shape]:
    """Two rows of half circles, the upper one shifted by half a tile, like scales."""
    half = TILE / 2
    lower, upper = y + TILE, y + half
    for size, paint in ((half, colour), (half * 0.62, pigment), (half * 0.3, colour))[: 3 if turn else 1]:
        yield Shape("pie", paint, (x, upper, size, 3))
        yield Shape("pie", paint, (x + TILE, upper, size, 2))
        yield Shape("pie", paint, (x + half, lower, size, 2))
        yield Shape("pie", paint, (x + half, lower, size, 3))


_DRAW = {
    Motif.ARCHES: _arch,
    Motif.QUARTERS: _quarter,
    Motif.DIAMONDS: _diamond,
    Motif.RINGS: _ring,
    Motif.LEAVES: _leaf,
    Motif.SCALLOPS: _scallop,
}


def _numbers(text: str) -> Iterator[int]:
    """Endless numbers that depend on the text alone."""
    counter = 0
    while True:
        digest = hashlib.sha256(f"{text}:{counter}".encode()).digest()
        yield from (int.from_bytes(digest[start : start + 4], "big") for start in range(0, 32, 4))
        counter += 1


@lru_cache(maxsize=256)
def svg(slug: str, form: Form) -> str:
    """The pattern as an SVG document that fills its frame."""
    columns, rows = SIZES[form]
    shapes = "".join(_element(shape) for shape in Pattern.of(slug).shapes(columns, rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns * TILE} {rows * TILE}" '
        f'preserveAspectRatio="xMidYMid slice">{shapes}</svg>'
    )


def _element(shape: Shape) -> str:
    if shape.kind == "disc":
        x, y, radius = map(_n, shape.numbers)
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{shape.colour}"/>'
    return f'<path d="{_path(shape.kind, shape.numbers)}" fill="{shape.colour}"/>'


def _path(kind: str, numbers: tuple[float, ...]) -> str:
    if kind == "box":
        x, y, width, height = numbers
        return f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"
    if kind == "polygon":
        return (
            "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in zip(numbers[::2], numbers[1::2], strict=True)) + "z"
        )
    x, y, radius, turn = numbers
    start, *before, arc_end, after = pie_corners(x, y, radius, int(turn))
    line = "L".join(_point(corner) for corner in (start, *before))
    return f"M{line}A{_n(radius)} {_n(radius)} 0 0 1 {_point(arc_end)}L{_point(after)}z"


def pie_corners(x: float, y: float, radius: float, turn: int) -> list[tuple[float, float]]:
    """Corners of a quarter disc that bleeds over its straight sides; the arc joins the third and fourth.

    Turn 0 opens to the lower right, the next ones follow clockwise.
    """
    (ux, uy), (vx, vy) = _SPOKES[turn], _SPOKES[(turn + 1) % 4]
    steps = ((-BLEED, -BLEED), (radius, -BLEED), (radius, 0), (0, radius), (-BLEED, radius))
    return [(x + u * ux + v * vx, y + u * uy + v * vy) for u, v in steps]


_SPOKES = ((1, 0), (0, 1), (-1, 0), (0, -1))


def _point(corner: tuple[float, float]) -> str:
    return f"{_n(corner[0])} {_n(corner[1])}"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
