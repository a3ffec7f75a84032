"""How work in a process apart ends otherwise than with an answer."""

from __future__ import annotations


class WorkFailed(RuntimeError):
    """The process has ended by itself, out of memory, out of time or by a fault of its own."""


class Cancelled(Exception):
    """The caller asked to stop."""
