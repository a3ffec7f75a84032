"""`flask --app wsgi agenda suggest|breakouts FILE.json`: times for sessions, or groups for people, from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from peer_visits.agenda import mixing, suggesting
from peer_visits.allocation.solving import Faulty
from peer_visits.cli.allocate import read_json

group = AppGroup("agenda", short_help="Times for sessions, and groups for people, from a file.")
time_limit = click.option(
    "--time-limit", type=click.FloatRange(min=1), default=20.0, show_default=True, help="Seconds to search."
)
file = click.argument("file", type=click.Path(path_type=Path))


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(group)


@group.command("suggest")
@file
@time_limit
@click.option("--progress", is_flag=True, help="Say on the error output how far it is.")
def suggest(file: Path, time_limit: float, progress: bool) -> None:
    """Place the sessions in FILE (schema peer-visits/schedule/1); prints the plan as JSON.

    Exits with 2 if the file is faulty.
    """
    instance = _read(file, suggesting.read_instance)
    answer = suggesting.suggest(instance, seconds=time_limit, progress=_say if progress else _keep_quiet)
    _print(answer.to_json())


@group.command("breakouts")
@file
@time_limit
def breakouts(file: Path, time_limit: float) -> None:
    """Mix the people in FILE (schema peer-visits/breakout/1) into groups; prints the rounds as JSON.

    Exits with 2 if the file is faulty.
    """
    _print(mixing.mix(_read(file, mixing.read_instance), seconds=time_limit).to_json())


def _read(file: Path, read: Any) -> Any:
    try:
        return read(read_json(file))
    except Faulty as faulty:
        for fault in faulty.faults:
            click.echo(f"{file}: {fault}", err=True)
        raise SystemExit(2) from None


def _print(answer: dict[str, Any]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def _say(progress: suggesting.Progress) -> None:
    placed = "no plan yet" if progress.placed is None else f"{progress.placed} sessions placed"
    click.echo(f"{progress.seconds:7.2f} s  {progress.level}: {placed}", err=True)


def _keep_quiet(_progress: suggesting.Progress) -> None:
    """Nobody asked."""
