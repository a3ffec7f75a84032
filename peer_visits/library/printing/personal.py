"""Printing holds nothing about people: only marks of what files were made of."""

from __future__ import annotations

NOBODY = frozenset({"document_print"})
