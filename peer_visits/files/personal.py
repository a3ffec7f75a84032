"""What is known of files about people: who uploaded them. A file goes with the record that it belongs to."""

from __future__ import annotations

ACTS = frozenset({"stored_file.created_by"})
NOBODY = frozenset({"stored_file", "file_text", "file_page"})
