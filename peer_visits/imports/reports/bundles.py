"""Reports on their way in: lines of the table and files, opened once and kept in the store until they are taken in.

Nothing of it is known to the database, so nothing has to be undone: what is not taken in is removed from the store
after a day, like every file that no record names.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from peer_visits.files.kinds import FileKind
from peer_visits.files.scanning import Scanner
from peer_visits.files.services import AcceptedFile, accept_pdf
from peer_visits.files.store import Store
from peer_visits.imports.reports.rules import Line
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase


@dataclass(frozen=True)
class Bundle:
    """Lines, files by name, and why a file is none."""

    lines: list[Line]
    files: dict[str, AcceptedFile] = field(default_factory=dict)
    refused: dict[str, Phrase] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Every file that was chosen."""
        return [*self.files, *self.refused]


def open_files(
    store: Store, sent: Iterable[tuple[str, IO[bytes]]], *, most_bytes: int, scanner: Scanner | None
) -> tuple[dict[str, AcceptedFile], dict[str, Phrase]]:
    """Open each file as every upload is; the ones that are kept, and why others are not."""
    kept: dict[str, AcceptedFile] = {}
    refused: dict[str, Phrase] = {}
    for name, stream in sent:
        try:
            kept[name] = accept_pdf(store, stream, name, most_bytes=most_bytes, scanner=scanner)
        except Refused as refusal:
            refused[name] = refusal.reason
    return kept, refused


def keep_bundle(store: Store, bundle: Bundle) -> str:
    """Put the bundle into the store; gives its key."""
    values = {
        "lines": [asdict(line) for line in bundle.lines],
        "files": {name: asdict(file) for name, file in bundle.files.items()},
        "refused": {name: asdict(reason) for name, reason in bundle.refused.items()},
    }
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="peer-visits-", suffix=".bundle") as spool:
        json.dump(values, spool)
        spool.flush()
        return store.put(Path(spool.name))


def find_bundle(store: Store, key: str) -> Bundle:
    """A bundle that was kept. Raises NotFound."""
    with store.open(key) as kept:
        values = json.load(kept)
    return Bundle(
        [Line(**line) for line in values["lines"]],
        {name: _file(file) for name, file in values["files"].items()},
        {name: Phrase(**reason) for name, reason in values["refused"].items()},
    )


def _file(values: Mapping[str, Any]) -> AcceptedFile:
    return AcceptedFile(**{**values, "kind": FileKind(values["kind"])})
