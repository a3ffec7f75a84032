"""Whom a mail goes to, as far as mail needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class Recipient(Protocol):
    """A person."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def email(self) -> Any: ...
    @property
    def language(self) -> Any: ...
    @property
    def time_zone(self) -> Any: ...


@dataclass(frozen=True)
class TestRecipient:
    """Whoever gets a test message: an address without an account."""

    email: str
    id: None = None
    name: str = "Test"
    language: str = "en"
    time_zone: str = "Europe/Brussels"
