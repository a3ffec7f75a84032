"""Commands of `flask --app wsgi`."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

COMMANDS = (
    "cli.prepare",
    "cli.worker",
    "cli.bounces",
    "cli.check",
    "cli.volume",
    "cli.demo",
    "cli.allocate",
    "cli.agenda",
    "cli.personal",
    "accounts.cli",
    "imports.reports.cli",
)


def register_commands(app: Flask) -> None:
    """Attach every command."""
    for name in COMMANDS:
        import_module(f"peer_visits.{name}").register(app)
