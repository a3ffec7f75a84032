"""Uploads behind one interface, opened by a parser before they are believed."""
