"""Counting SQL statements: what a page costs may not depend on how many rows there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_NOT_COUNTED = ("BEGIN", "PRAGMA", "SET TRANSACTION", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements issued inside the block; the bare steps of a transaction are not counted."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_NOT_COUNTED):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
