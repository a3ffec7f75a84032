"""The tile pattern as a PNG, for mail and for sites that show a shared link."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import cos, pi, sin

from peer_visits.web.patterns import TILE, Pattern, Shape, pie_corners

FINE = 3  # drawn this much larger, then scaled down, for smooth edges


@lru_cache(maxsize=64)
def png(slug: str, width: int, height: int) -> bytes:
    """The pattern of a slug, width x height pixels, its tiles ten to the smaller side or less."""
    from PIL import Image, ImageDraw  # slow to load, and needed once for each picture

    scale = FINE * max(width / 20, height / 10) / TILE
    columns, rows = -(-width * FINE // int(TILE * scale)), -(-height * FINE // int(TILE * scale))
    picture = Image.new("RGB", (width * FINE, height * FINE))
    draw = ImageDraw.Draw(picture)
    for shape in Pattern.of(slug).shapes(columns, rows):
        draw.polygon([(x * scale, y * scale) for x, y in _outline(shape)], fill=shape.colour)
    out = BytesIO()
    picture.resize((width, height), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _outline(shape: Shape) -> list[tuple[float, float]]:
    numbers = shape.numbers
    if shape.kind == "disc":
        return _arc(numbers[0], numbers[1], numbers[2], 0, 4)
    if shape.kind == "box":
        x, y, width, height = numbers
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    if shape.kind == "pie":
        x, y, radius, turn = numbers
        corners = pie_corners(x, y, radius, int(turn))
        return [*corners[:2], *_arc(x, y, radius, turn, 1), corners[4]]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _arc(x: float, y: float, radius: float, turn: float, quarters: int) -> list[tuple[float, float]]:
    steps = 16 * quarters
    angles = ((turn + quarters * step / steps) * pi / 2 for step in range(steps + 1))
    return [(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles]
