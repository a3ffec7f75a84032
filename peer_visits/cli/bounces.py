"""`flask --app wsgi bounces`: takes in what mail servers sent back."""

from __future__ import annotations

import mailbox
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from peer_visits.kernel import clock
from peer_visits.outbox.bounces import MOST_BYTES, Verdict, take_bounce
from peer_visits.storage.transaction import writing


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(bounces)


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--keep", is_flag=True, help="Leave what was read in the folder.")
@with_appcontext
def bounces(folder: Path | None, *, keep: bool) -> None:
    """Read returned mail: one message from a pipe, or all of an mbox file or Maildir FOLDER.

    What was understood is removed from the folder; what was not stays there for a person.
    """
    if folder is None:
        verdicts = Counter([_take(sys.stdin.buffer.read(MOST_BYTES))])
    else:
        verdicts = Counter(_take_folder(folder, keep=keep))
    click.echo(
        ", ".join(f"{number} {verdict.value}" for verdict, number in sorted(verdicts.items())) or "no mail"
    )


def _take(raw: bytes) -> Verdict:
    settings = current_app.extensions["session_info"]["mail"]
    with writing() as session:
        return take_bounce(session, raw, settings=settings, now=clock.now())


def _take_folder(folder: Path, *, keep: bool) -> Iterator[Verdict]:
    box: mailbox.Mailbox[mailbox.Message] = _open(folder)(folder)
    box.lock()
    try:
        for key in list(box.keys()):
            verdict = _take(box.get_bytes(key)[:MOST_BYTES])
            if not keep and verdict in {Verdict.BOUNCED, Verdict.DELAYED}:
                box.remove(key)
            yield verdict
    finally:
        box.close()


def _open(folder: Path) -> Callable[[Path], mailbox.Mailbox[mailbox.Message]]:
    return (
        (lambda path: mailbox.Maildir(path, create=False))
        if folder.is_dir()
        else (lambda path: mailbox.mbox(path, create=False))
    )
