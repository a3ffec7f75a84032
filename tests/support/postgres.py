"""A PostgreSQL of our own for the tests: a fresh cluster on a free port, ended with the tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port

ACCOUNT = "postgres"
# Durability is not what these tests are about.
_HASTE = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60")


def find_binaries() -> Path | None:
    """The folder with initdb and postgres, newest first, or nothing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_postgres(binaries: Path) -> Iterator[str]:
    """Start a server on loopback and give its address; stop it and remove its files at the end."""
    with tempfile.TemporaryDirectory(prefix="peer-visits-pg-") as folder:
        account = ACCOUNT if os.geteuid() == 0 else None
        if account:
            shutil.chown(folder, account)
        data, port = Path(folder) / "data", free_port()
        subprocess.run(
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "test",
                "-A",
                "trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            check=True,
            capture_output=True,
            user=account,
            cwd=folder,
        )
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1", *_HASTE],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=account,
            cwd=folder,
        )
        try:
            _wait_until_ready(binaries, port)
            yield f"postgresql+psycopg://test@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # fast: does not wait for connections left open
            server.wait(timeout=20)


def _wait_until_ready(binaries: Path, port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ready = subprocess.run(
            [binaries / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-U", "test", "-q"], check=False
        )
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")
