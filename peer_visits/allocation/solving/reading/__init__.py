"""Reads a call from JSON. Every fault is told with its place, all of them at once."""
