"""What `python3 -m peer_visits` and the installed `peer-visits` understand."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from peer_visits.launch.assets import Assets
from peer_visits.launch.checks import run_checks
from peer_visits.launch.environment import Environment, check_python
from peer_visits.launch.failure import StepFailedError
from peer_visits.launch.ports import where_to_listen
from peer_visits.launch.progress import Progress
from peer_visits.launch.running import Installation, run_product
from peer_visits.paths import ROOT, is_checkout

CHECKS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; the exit code says how it went."""
    words, more = _parser().parse_known_args(arguments)
    if more and words.command != "test":
        _parser().error(f"unknown: {' '.join(more)}")
    # A step that is ended by SIGTERM ends its program too, just as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        check_python()
        return _carry_out(words, more)
    except StepFailedError as failure:
        print(failure.text(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _carry_out(words: argparse.Namespace, more: list[str]) -> int:
    if words.command == "run":
        return _run()
    _only_in_a_checkout(words.command)
    if words.command == "assets":
        Progress(1).do("Style and scripts", Assets(ROOT).build)
        return 0
    return _test(more, heavy=words.heavy)


def _run() -> int:
    # Asked first: nobody should wait for a long first start to learn that the port is taken.
    host, port = where_to_listen(os.environ)
    if not is_checkout():
        return run_product(Installation(sys.executable, Path.cwd(), host, port), Progress(2))
    progress = Progress(5)
    environment = _prepare_checkout(progress, "run")
    return run_product(Installation(str(environment.python), ROOT, host, port), progress)


def _test(more: list[str], *, heavy: bool) -> int:
    progress = Progress(3 + CHECKS)
    environment = _prepare_checkout(progress, "test")
    return run_checks(environment.python, ROOT, progress, more, heavy=heavy)


def _prepare_checkout(progress: Progress, requirements: str) -> Environment:
    environment = Environment(ROOT)
    with ThreadPoolExecutor(max_workers=1) as beside:
        # The longest two steps need nothing of each other; the second is reported when the first is done.
        style = beside.submit(Assets(ROOT).build)
        progress.do("Python environment", environment.make)
        progress.do("Libraries", lambda: environment.install(requirements))
        progress.do("Style and scripts", style.result)
    return environment


def _only_in_a_checkout(command: str) -> None:
    if not is_checkout():
        raise StepFailedError(f"'{command}' needs the sources.", "clone the repository and run it there.")


def _parser() -> argparse.ArgumentParser:
    installed = Path(sys.argv[0]).stem == "peer-visits"
    parser = argparse.ArgumentParser(
        prog="peer-visits" if installed else "python3 -m peer_visits",
        description="Peer Visits: run it, or test it.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser(
        "run",
        help="prepare everything, then serve until Ctrl-C",
        description="Settings come from the environment: PORT (5000), HOST (127.0.0.1), DATABASE_URL, "
        "SMTP_URL, PEER_VISITS_INSTANCE; docs/operate.md has them all.",
    )
    test = commands.add_parser("test", help="prepare everything, then check style, types and behaviour")
    test.add_argument("--heavy", action="store_true", help="the long tests too")
    commands.add_parser("assets", help="build style, scripts, fonts and icons")
    return parser
