"""Pages of a long list: a window over a query, with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func
from sqlalchemy.orm import Session

T = TypeVar("T")
PAGE_SIZE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `first` and `last` count from 1."""

    items: Sequence[T]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Number of the first item on this page."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last item on this page."""
        return min(self.number * self.size, self.total)

    def url_for(self, number: int) -> str:
        """The address of another page of the same list, its filters kept."""
        return page_address(number)


def page_address(number: int) -> str:
    """This request's address with another page number."""
    arguments: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "page": number}
    return url_for(str(request.endpoint), **arguments)


def requested_page() -> int:
    """The page number asked for; anything odd is the first."""
    return max(1, request.args.get("page", 1, type=int))


def fetch_page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    number: int,
    *,
    size: int = PAGE_SIZE,
    total: int | None = None,
) -> Page[Any]:
    """Fetch one page of a query, and count it unless the total is known. A page past the end is the last one."""
    if total is None:
        counted = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
        total = session.scalar(counted) or 0
    number = min(number, max(1, -(-total // size)))
    rows = session.execute(query.limit(size).offset((number - 1) * size)).all()
    items = [row[0] if len(row) == 1 else row for row in rows]
    return Page(items, number, total, size)


def cut_page(rows: Sequence[T], number: int, *, size: int = PAGE_SIZE) -> Page[T]:
    """One page of rows that are at hand. A page past the end is the last one."""
    number = min(number, max(1, -(-len(rows) // size)))
    return Page(rows[(number - 1) * size : number * size], number, len(rows), size)
