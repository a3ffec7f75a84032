"""`flask --app wsgi check`: what must always hold, asked of the data as it is."""

from __future__ import annotations

import json
from collections.abc import Callable

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from peer_visits.applications.invariants import find_broken as broken_applications
from peer_visits.files.invariants import find_broken as broken_files
from peer_visits.followup.commitments.invariants import find_broken as broken_commitments
from peer_visits.followup.survey.invariants import find_broken as broken_surveys
from peer_visits.library.writing.invariants import find_broken as broken_reports
from peer_visits.places.invariants import find_broken as broken_places
from peer_visits.shortlist.invariants import find_broken as broken_shortlists
from peer_visits.storage.transaction import reading

CHECKS: tuple[Callable[[Session], list[str]], ...] = (
    broken_applications,
    broken_shortlists,
    broken_places,
    broken_files,
    broken_commitments,
    broken_surveys,
    broken_reports,
)


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(check)


def find_broken(session: Session) -> list[str]:
    """One sentence for each thing that does not hold."""
    return [sentence for rule in CHECKS for sentence in rule(session)]


@click.command()
@with_appcontext
def check() -> None:
    """Verify the invariants; prints JSON, exits with 1 if any is broken."""
    broken = find_broken(reading())
    click.echo(json.dumps({"broken": broken}, indent=2))
    if broken:
        raise SystemExit(1)
