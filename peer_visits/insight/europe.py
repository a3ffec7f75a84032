"""The map: countries with their hosts and participants, and the shapes they are drawn with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peer_visits.insight.rules import largest_first, shade
from peer_visits.web.manifest import asset_url, load_manifest

# As in scripts/europe.mjs; what is not among them stands in the table alone.
DRAWN = (
    *("AD", "AL", "AT", "BA", "BE", "BG", "BY", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB"),
    *("GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MD", "ME", "MK", "MT", "NL", "NO", "PL"),
    *("PT", "RO", "RS", "SE", "SI", "SK", "TR", "UA", "XK"),
)
MAP = "europe.svg"


@dataclass(frozen=True)
class CountryRow:
    """One country with what it hosts and sends."""

    code: str
    hosts: int
    participants: int


@dataclass(frozen=True)
class Shape:
    """A country as it is drawn."""

    url: str
    shade: int
    is_host: bool


def list_countries(hosts: Counter[str], participants: Counter[str]) -> list[CountryRow]:
    """Countries that host or send somebody, the most first; who did not say theirs is left out."""
    both = {code: number for code, number in (hosts + participants).items() if code}
    return [CountryRow(code, hosts[code], participants[code]) for code, _number in largest_first(both)]


def list_shapes(countries: Sequence[CountryRow]) -> list[Shape]:
    """Every country of the map, hosts last so that their borders lie on top; none while nothing is built."""
    if MAP not in load_manifest():
        return []
    known: Mapping[str, CountryRow] = {one.code: one for one in countries}
    most = max((one.participants for one in countries), default=0)
    shapes = [_shape(known.get(code) or CountryRow(code, 0, 0), most) for code in DRAWN]
    return sorted(shapes, key=lambda one: one.is_host)


def _shape(country: CountryRow, most: int) -> Shape:
    return Shape(f"{asset_url(MAP)}#{country.code}", shade(country.participants, most), country.hosts > 0)
