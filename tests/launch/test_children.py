"""Server and worker end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from peer_visits.launch import children as module
from peer_visits.launch.children import Children

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
ENDS = [sys.executable, "-c", "raise SystemExit(3)"]
IGNORES = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
]


def test_one_that_ends_is_named_with_its_code_and_the_other_is_stopped(tmp_path: Path) -> None:
    children = Children()
    children.start("server", SLEEPS, cwd=tmp_path, environment=os.environ)
    children.start("worker", ENDS, cwd=tmp_path, environment=os.environ)
    assert children.watch() == ("worker", 3)
    assert children.stop() == []


def test_one_that_will_not_end_is_killed_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.3)
    children = Children()
    children.start("worker", IGNORES, cwd=tmp_path, environment=os.environ)
    time.sleep(0.5)
    assert children.stop() == ["worker"]


def test_a_child_says_something_on_a_pipe_it_keeps(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    says = [sys.executable, "-c", f"import os; os.write({writes}, b'ready')"]
    Children().start("server", says, cwd=tmp_path, environment=os.environ, keeps=[writes])
    os.close(writes)
    with os.fdopen(reads, "rb") as said:
        assert said.read() == b"ready"


SUPERVISOR = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from peer_visits.launch.children import Children

    children = Children()
    children.listen_to_signals()
    children.start("server", [sys.executable, "-c", "import time; time.sleep(60)"], cwd=Path("."),
                   environment=os.environ)
    print(children._processes["server"].pid, flush=True)
    ended = children.watch()
    children.stop()
    print("stopped" if ended is None else ended, flush=True)
    """
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_in_order(number: signal.Signals) -> None:
    with _supervisor() as process:
        child = _first_number(process)
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    assert output.strip() == "stopped"
    assert not _is_alive(child)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_killed_supervisor_leaves_no_child_behind() -> None:
    with _supervisor() as process:
        child = _first_number(process)
        process.kill()
        process.wait()
    deadline = time.monotonic() + 5
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(child)


def _supervisor() -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True)


def _first_number(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    return int(process.stdout.readline())


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}
