"""Analytical documents, from owed to published."""
