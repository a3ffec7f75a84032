"""The production server as a process of its own, and a plain client that talks to it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.support.ports import free_port
from tests.support.processes import ROOT

SECONDS_TO_START = 30


@dataclass
class Server:
    """A server that can be killed and started again on the same port."""

    env: dict[str, str]
    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it at this very moment, children included."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        """A new process in the place of the killed one."""
        self.process = _start(self.env, self.port)
        wait_until_it_answers(self.port)


def _start(env: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "--config", "python:peer_visits.launch.server", "wsgi:app"]
    told = {**env, "PORT": str(port)}
    return subprocess.Popen(command, env=told, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)


@contextmanager
def running_server(env: dict[str, str]) -> Iterator[Server]:
    """The server on loopback and a free port, as long as the block runs."""
    port = free_port()
    server = Server(env, port, _start(env, port))
    try:
        wait_until_it_answers(port)
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_until_it_answers(port: int) -> None:
    """Raises AssertionError if it does not."""
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        try:
            if Client(port).get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


@dataclass(frozen=True)
class Answer:
    """Status, where it sends on to, and body."""

    status: int
    location: str
    text: str


@dataclass
class Client:
    """A signed-in client: one request on one connection each time, as different people make them."""

    port: int
    cookie: str = ""

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookie, "Accept": "text/html"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            sent = answer.getheader("Set-Cookie")
            if sent:
                self.cookie = sent.split(";", maxsplit=1)[0]
            return Answer(answer.status, answer.getheader("Location") or "", text)
        finally:
            connection.close()


def token_in(page: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
    assert found, "no token on the page"
    return found.group(1)
