"""`flask --app wsgi personal`: data of one person given out on request, and the erased kept erased."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from peer_visits.accounts.services import find_person
from peer_visits.files.serving import current_store
from peer_visits.kernel import clock
from peer_visits.kernel.text import normal_address
from peer_visits.privacy.erasing import whose
from peer_visits.privacy.gathering import as_json, files_of, gather, names_of, pack
from peer_visits.privacy.sweeps import keep_erased_erased
from peer_visits.storage.transaction import reading

group = AppGroup("personal", help="What is held about people.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(group)


@group.command()
@click.argument("address")
@click.option(
    "--everything", is_flag=True, help="Also what others wrote about them: scores, notes, shortlists."
)
@click.option("--to", "target", type=click.Path(path_type=Path), default=Path("data.zip"), show_default=True)
@with_appcontext
def export(address: str, everything: bool, target: Path) -> None:
    """Write everything that is held about the account of ADDRESS into an archive."""
    person = find_person(reading(), normal_address(address))
    if person is None:
        raise click.ClickException(f"{address} has no account here")
    theirs = whose(reading(), person)
    rooms = gather(reading(), theirs, everything=everything)
    told = as_json(rooms, names_of(reading(), rooms), theirs, clock.now())
    with pack(told, files_of(reading(), rooms), current_store()) as source, target.open("wb") as kept:
        shutil.copyfileobj(source, kept)
    rows = sum(len(held.rows) for room in rooms for held in room.held)
    click.echo(json.dumps({"written": str(target), "rows": rows}))


@group.command()
@with_appcontext
def erased() -> None:
    """Erase again whoever an older backup has brought back; the worker does so every minute."""
    click.echo(json.dumps({"erased_again": keep_erased_erased(clock.now())}))
