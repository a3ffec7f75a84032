"""Product and floor under the same server settings, each on loopback with one process to measure."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A running gunicorn with one worker: asked over one kept connection, its CPU read from /proc."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.address = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, cookie: str = "") -> tuple[float, int]:
        """Seconds until the whole answer has come, and its length. Raises for anything but 200."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return time.perf_counter() - began, len(body)

    def cpu_seconds(self) -> float:
        """CPU time of the worker so far."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return sum(_cpu_of(int(pid)) for pid in children)

    def sign_in(self, email: str, password: str) -> str:
        """Sign in through the form; gives the cookie."""
        page, cookie = self._exchange("GET", "/sign-in", None, "")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if token is None:
            raise RuntimeError("the sign-in form has no token")
        form = urlencode({"csrf_token": token.group(1), "email": email, "password": password})
        return self._exchange("POST", "/sign-in", form, cookie)[1]

    def _exchange(self, method: str, path: str, body: str | None, cookie: str) -> tuple[str, str]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status not in {200, 302}:
            raise RuntimeError(f"{method} {path} answered {answer.status}")
        return text, (answer.headers["Set-Cookie"] or cookie).split(";")[0]


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def serving(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """One gunicorn worker with four threads, as long as the block runs."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--no-control-socket",
        "--workers",
        "1",
        "--threads",
        "4",
        "--keep-alive",
        "75",
    ]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error", application],
        env={**environment, "PORT": str(port)},
        cwd=ROOT,
    )
    try:
        _wait(port)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")
