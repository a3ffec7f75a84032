"""Values read at places of a JSON file: what is wrong with them is gathered, not raised one by one."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import Any

MOST_FAULTS = 50
# What stands where a key is not in an object; None may be a value.
MISSING: Any = object()


class Faulty(ValueError):
    """The file is not a call. `faults` has one sentence for each fault, with its place."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Reader:
    """Reads values at places and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, place: str, what: str) -> None:
        """Note a fault."""
        self.faults.append(f"{place}: {what}")

    def begin(self, data: Any, schema: str) -> None:
        """The file as a whole is an object of this schema. Raises Faulty if it is no object at all."""
        if not isinstance(data, dict):
            raise Faulty(["the file: an object is expected here"])
        if data.get("schema") != schema:
            self.fault("schema", f"{schema} is expected, not {data.get('schema')!r}")

    def end(self) -> None:
        """Everything has been read. Raises Faulty with what was wrong."""
        if self.faults:
            raise Faulty(self.faults[:MOST_FAULTS])

    def members(self, data: dict[str, Any], key: str, *, required: bool = True) -> Iterator[tuple[str, Any]]:
        """The members of the list at this key, with their places; null is as if it were not there."""
        value = data.get(key, MISSING)
        return self.items(MISSING if value is None else value, key, required=required)

    def items(self, data: Any, place: str, *, required: bool = True) -> Iterator[tuple[str, Any]]:
        """The members of a list with their places."""
        if data is MISSING and not required:
            return
        if not isinstance(data, list):
            self.fault(place, "a list is expected here" if data is not MISSING else "is missing")
            return
        for index, item in enumerate(data):
            yield f"{place}[{index}]", item

    def object(self, data: Any, place: str) -> dict[str, Any] | None:
        """An object, or None with a fault."""
        if isinstance(data, dict):
            return data
        self.fault(place, "an object is expected here")
        return None

    def text(self, data: dict[str, Any], key: str, place: str, default: Any = MISSING) -> str:
        """A text that is not empty."""
        value = data.get(key, default)
        if value is MISSING:
            self.fault(f"{place}.{key}".lstrip("."), "is missing")
        elif not isinstance(value, str) or (not value and default is MISSING):
            self.fault(f"{place}.{key}".lstrip("."), f"a text is expected, not {value!r}")
        else:
            return value
        return ""

    def number(
        self,
        data: dict[str, Any],
        key: str,
        place: str,
        *,
        least: int = 0,
        most: int = 10**6,
        default: Any = MISSING,
    ) -> int:
        """A whole number between two bounds."""
        value = data.get(key, default)
        where = f"{place}.{key}".lstrip(".")
        if value is MISSING:
            self.fault(where, "is missing")
        elif isinstance(value, bool) or not isinstance(value, int):
            self.fault(where, f"a whole number is expected, not {value!r}")
        elif not least <= value <= most:
            self.fault(where, f"{value} is not between {least} and {most}")
        else:
            return value
        return least

    def flag(self, data: dict[str, Any], key: str, place: str, default: Any = MISSING) -> bool:
        """True or false."""
        value = data.get(key, default)
        if isinstance(value, bool):
            return value
        what = "is missing" if value is MISSING else f"true or false is expected, not {value!r}"
        self.fault(f"{place}.{key}", what)
        return False

    def among(self, value: Any, known: Collection[str], place: str, what: str) -> str | None:
        """One of the known words, or None with a fault that suggests the nearest."""
        if isinstance(value, str) and value in known:
            return value
        self.fault(place, f"{value!r} is no {what}{nearest(value, known)}")
        return None

    def names(self, values: Any, known: Collection[str], place: str, what: str) -> tuple[str, ...]:
        """Words that are known, each once."""
        named = [
            name
            for at, value in self.items(values, place)
            if (name := self.among(value, known, at, what)) is not None
        ]
        self.no_doubles(place, named)
        return tuple(named)

    def no_doubles(self, place: str, keys: Collection[Any]) -> None:
        """Every key once; an empty one is told elsewhere."""
        seen: set[Any] = set()
        for index, key in enumerate(keys):
            if key in seen and key:
                named = " for ".join(key) if isinstance(key, tuple) else key
                self.fault(f"{place}[{index}]", f"{named} is there twice")
            seen.add(key)


def nearest(value: Any, known: Collection[str]) -> str:
    """The end of a sentence about a word that is not known: which one may be meant."""
    near = difflib.get_close_matches(value, list(known), n=1) if isinstance(value, str) else []
    return f"; is {near[0]} meant?" if near else ""
