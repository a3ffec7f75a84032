"""What the two commands understand, and that they need nothing installed."""

from __future__ import annotations

import re
import subprocess
import sys
import threading

import pytest

from peer_visits.launch import commands
from peer_visits.launch.checks import own_environment
from peer_visits.launch.commands import main
from peer_visits.launch.failure import StepFailedError
from peer_visits.launch.node import is_new_enough
from peer_visits.launch.progress import Progress
from peer_visits.paths import ROOT


@pytest.mark.parametrize("words", [[], ["serve"], ["run", "--fast"], ["assets", "more"]])
def test_what_is_not_understood_is_refused_with_the_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(words)
    assert refused.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as shown:
        main(["--help"])
    assert shown.value.code == 0
    text = capsys.readouterr().out
    assert "run" in text
    assert "test" in text


def test_the_commands_load_the_standard_library_alone() -> None:
    # -S: no installed library can be found; -I: nor anything a user has set.
    look = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import peer_visits.launch.commands"
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", look], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_settings_of_a_running_product_do_not_reach_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/precious")
    monkeypatch.setenv("SMTP_URL", "smtp://somewhere")
    environment = own_environment(heavy=True)
    assert "DATABASE_URL" not in environment
    assert "SMTP_URL" not in environment
    assert environment["PEER_VISITS_HEAVY"] == "1"


class _Slow:
    """Stands for the environment and for the assets; what takes long waits until the other has begun, too."""

    def __init__(self, meeting: threading.Barrier, failing: str = "") -> None:
        self.meeting, self.failing = meeting, failing

    def make(self) -> str:
        return "made"

    def install(self, _name: str) -> str:
        self.meeting.wait(5)
        return "installed"

    def build(self) -> str:
        self.meeting.wait(5)
        if self.failing:
            raise StepFailedError(self.failing, "look")
        return "built"


def prepare(monkeypatch: pytest.MonkeyPatch, written: list[str], failing: str = "") -> None:
    meeting = threading.Barrier(2)
    monkeypatch.setattr(commands, "Environment", lambda _root: _Slow(meeting))
    monkeypatch.setattr(commands, "Assets", lambda _root: _Slow(meeting, failing))
    commands._prepare_checkout(Progress(3, written.append), "run")


def test_libraries_and_style_are_made_at_the_same_time_and_told_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[str] = []
    prepare(monkeypatch, written)
    done = "1/3 Python environment ... made | 2/3 Libraries ... installed | 3/3 Style and scripts ... built"
    assert re.sub(r" in \d\.\d s\n", " | ", "".join(written)).strip(" |") == done


def test_style_that_fails_fails_in_its_own_step(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    with pytest.raises(StepFailedError, match="no style"):
        prepare(monkeypatch, written, failing="no style")
    assert "".join(written).endswith("3/3 Style and scripts ... failed\n")


@pytest.mark.parametrize(
    ("version", "enough"),
    [("v20.0.0\n", True), ("v24.19.0", True), ("v18.20.1", False), ("", False), ("20.1", False)],
)
def test_node_must_be_recent(version: str, enough: bool) -> None:
    assert is_new_enough(version) is enough
