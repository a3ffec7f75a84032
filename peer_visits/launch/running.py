"""The run command: database and demo, then server and worker until told to stop."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peer_visits.launch.children import Children
from peer_visits.launch.failure import AGAIN, NOT_WRITABLE, StepFailedError, advice_for, advice_for_os
from peer_visits.launch.programs import clean_environment
from peer_visits.launch.progress import Progress
from peer_visits.launch.readiness import is_ready, reachable, wait_until_ready
from peer_visits.launch.server import PREPARES

READY_SECONDS = 60.0
SERVER = "web server"
SERVER_SETTINGS = "python:peer_visits.launch.server"
NOT_LOADED = (
    "correct what is named above and run the same command again; docs/operate.md explains every setting."
)
DATABASE = "check that the database of DATABASE_URL runs, exists and can be written."


@dataclass(frozen=True)
class Installation:
    """The Python that has the libraries, the folder that holds `instance/`, and where to listen."""

    python: str
    folder: Path
    host: str
    port: int


def run_product(installation: Installation, progress: Progress) -> int:
    """Serve until asked to stop (0) or until a part fails (1). Raises StepFailedError before serving."""
    host, port = installation.host, installation.port
    environment = product_environment(installation.folder, port)
    found: dict[str, Any] = {}
    children = Children()
    try:
        # The server loads the program once for both: it prepares the database, and listens only afterwards.
        pipe = _start_server(children, installation, environment)
        progress.do("Database and demo", lambda: _prepare(pipe, found))
        children.listen_to_signals()
        progress.do("Server and worker", lambda: _start(children, installation, environment))
        print(welcome(_address(environment, host, port), found.get("accounts", [])), flush=True)
        ended = children.watch()
    finally:
        late = children.stop()
    return _farewell(ended, late)


def product_environment(folder: Path, port: int) -> dict[str, str]:
    """What server, worker and commands are told. Raises StepFailedError when the folder is unusable."""
    instance = Path(os.environ.get("PEER_VISITS_INSTANCE") or folder / "instance").resolve()
    _make_writable(instance)
    return clean_environment(PORT=str(port), PEER_VISITS_INSTANCE=str(instance), PYTHONUNBUFFERED="1")


def _make_writable(instance: Path) -> None:
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StepFailedError(f"The folder {instance} cannot be made.", advice_for_os(error)) from error
    if not os.access(instance, os.W_OK | os.X_OK):
        raise StepFailedError(f"The folder {instance} cannot be written.", NOT_WRITABLE)


def _start_server(children: Children, installation: Installation, environment: Mapping[str, str]) -> int:
    """Start it; the pipe on which it says how preparing the database went."""
    reads, writes = os.pipe()
    command = [installation.python, "-m", "gunicorn", "--config", SERVER_SETTINGS, "wsgi:app"]
    told = {**environment, "HOST": installation.host, PREPARES: str(writes)}
    children.start(SERVER, command, cwd=installation.folder, environment=told, keeps=[writes])
    os.close(writes)
    return reads


def prepared(pipe: int) -> dict[str, Any]:
    """Wait until the database is up to date: what was done, and the accounts of the demo.

    Raises StepFailedError with what was said when it failed. A program that does not even load, for its settings
    perhaps, has said so itself.
    """
    with os.fdopen(pipe, encoding="utf-8", errors="replace") as said:
        output = said.read()
    if not output:
        raise StepFailedError("The program could not be loaded.", NOT_LOADED)
    try:
        found: dict[str, Any] = json.loads(output.splitlines()[-1])
    except ValueError as error:
        advice = DATABASE if "OperationalError" in output else advice_for(output)
        raise StepFailedError("The database could not be prepared.", advice, output) from error
    return found


def _prepare(pipe: int, found: dict[str, Any]) -> str:
    found.update(prepared(pipe))
    return str(found["done"])


def _start(children: Children, installation: Installation, environment: Mapping[str, str]) -> str:
    worker = [installation.python, "-m", "flask", "--app", "wsgi", "worker"]
    children.start("worker", worker, cwd=installation.folder, environment=environment)
    _wait(children, installation.host, installation.port, environment.get("PUBLIC_URL", ""))
    return "ready"


def _wait(children: Children, host: str, port: int, public_url: str) -> None:
    def give_up() -> bool:
        return children.asked_to_stop or children.first_ended() is not None

    if wait_until_ready(lambda: is_ready(host, port, public_url), give_up, READY_SECONDS):
        return
    if children.asked_to_stop:
        raise KeyboardInterrupt
    ended = children.first_ended()
    what = f"The {ended[0]} ended at once." if ended else "The server did not become ready; see /readyz."
    raise StepFailedError(what, AGAIN)


def _address(environment: Mapping[str, str], host: str, port: int) -> str:
    own = f"http://{reachable(host)}:{port}"
    return environment.get("PUBLIC_URL", "").rstrip("/") or own


def welcome(address: str, accounts: list[dict[str, str]]) -> str:
    """Where it is, one sign-in per role, how to stop."""
    lines = ["", f"Peer Visits is ready: {address}", ""]
    if accounts:
        lines += [
            f"Sign in at {address}/sign-in as",
            *sign_ins(accounts),
            "",
            f"Mail: {address}/dev/mailbox",
            "",
        ]
    return "\n".join([*lines, "Ctrl-C stops it."])


def sign_ins(accounts: list[dict[str, str]]) -> list[str]:
    """The first account of each role, in columns."""
    first = {account["role"]: account for account in reversed(accounts)}
    chosen = [first[role] for role in dict.fromkeys(account["role"] for account in accounts)]
    wide = max(len(account["email"]) for account in chosen)
    return [f"  {one['role']:<14} {one['email']:<{wide}}  {one['password']}" for one in chosen]


def _farewell(ended: tuple[str, int] | None, late: list[str]) -> int:
    for name in late:
        print(f"The {name} did not end in time and was killed.", file=sys.stderr)
    if ended:
        print(f"The {ended[0]} ended with code {ended[1]}, so everything was stopped.", file=sys.stderr)
        return 1
    print("\nStopped.")
    return 0
