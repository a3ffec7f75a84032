"""Looks for words wherever something can be kept: every column, every file, the database file itself, every export."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from peer_visits.kernel.text import fold


def in_database(session: Session, words: tuple[str, ...]) -> list[str]:
    """Where a word stands in any column of any table, the search index and what SQLite keeps beside it included."""
    names = inspect(session.connection()).get_table_names()
    if session.get_bind().dialect.name == "sqlite":
        names = [
            row[0] for row in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        ]
    return [
        f"{name}.{column}: {word} in {_readable(value)[:160]}"
        for name in names
        for row in session.execute(text(f'SELECT * FROM "{name}"')).mappings()
        for column, value in row.items()
        for word in _found(_readable(value), words)
    ]


def _readable(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    plain = str(value)
    return plain + plain.encode().decode("unicode_escape", "replace") if "\\u" in plain else plain


def _found(value: str, words: tuple[str, ...]) -> Iterator[str]:
    folded = fold(value)
    yield from (word for word in words if word in folded)


def in_files(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Where a word stands in a file, inside PDFs and zips too."""
    return [
        f"{path.name}: {word}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for word in _found(read_bytes(path.read_bytes()), words)
    ]


def read_bytes(content: bytes) -> str:
    """What can be read in a file of any kind."""
    if content.startswith(b"%PDF"):
        return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        return "\n".join(read_bytes(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"\x1f\x8b"):
        return zlib.decompress(content, 31).decode("utf-8", "replace")
    return content.decode("utf-8", "replace")


def in_pages(client: FlaskClient, paths: tuple[str, ...], words: tuple[str, ...]) -> list[str]:
    """Where a word stands in what is answered to somebody."""
    found = []
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        found += [f"{path}: {word}" for word in _found(read_bytes(answer.data), words)]
    return found
