"""Existing reports taken into the library: a table, a folder, or both."""
