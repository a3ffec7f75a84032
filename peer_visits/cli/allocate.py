"""`flask --app wsgi allocate FILE.json`: solves a call that stands in a file, or follows its waiting list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask

from peer_visits.allocation.solving import Faulty, Instance, Progress, WaitingList, read_instance, solve
from peer_visits.allocation.solving.reading.waiting import read_events, read_placements


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(allocate)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--time-limit", type=click.FloatRange(min=1), default=60.0, show_default=True, help="Seconds to solve."
)
@click.option("--progress", is_flag=True, help="Say on the error output how far it is.")
def allocate(file: Path, time_limit: float, progress: bool) -> None:
    """Solve the call in FILE (schema peer-visits/allocation/1); prints the answer as JSON.

    A file with `events` is a waiting list: what each event led to is printed. Exits with 2 if the file is faulty.
    """
    try:
        data = read_json(file)
        instance = read_instance(data)
        if "events" in data:
            answer = follow(instance, data)
        else:
            answer = solve(instance, seconds=time_limit, progress=_say if progress else None).to_json()
    except Faulty as faulty:
        for fault in faulty.faults:
            click.echo(f"{file}: {fault}", err=True)
        raise SystemExit(2) from None
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def read_json(file: Path) -> Any:
    """What the file holds. Raises Faulty."""
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Faulty([f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise Faulty(["is not a text in UTF-8"]) from None
    except json.JSONDecodeError as error:
        raise Faulty([f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"]) from None
    except RecursionError:
        raise Faulty(["is nested too deeply"]) from None


def follow(instance: Instance, data: dict[str, Any]) -> dict[str, Any]:
    """The log of a waiting list, and who holds what at its end."""
    waiting = WaitingList(instance, read_placements(instance, data))
    log = [waiting.handle(event).to_json() for event in read_events(instance, data)]
    return {"name": instance.name, "log": log, "final": [list(pair) for pair in waiting.placements]}


def _say(progress: Progress) -> None:
    best = "nothing yet" if progress.value is None else progress.value
    bound = "unknown" if progress.bound is None else progress.bound
    click.echo(
        f"{progress.seconds:7.2f} s  {progress.level}: {best}, at best {bound}, {progress.placed or 0} placed",
        err=True,
    )
