"""What the two commands understand, and that they need nothing installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from peer_visits.launch.checks import own_environment
from peer_visits.launch.commands import main
from peer_visits.launch.node import is_new_enough
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


@pytest.mark.parametrize(
    ("version", "enough"),
    [("v20.0.0\n", True), ("v24.19.0", True), ("v18.20.1", False), ("", False), ("20.1", False)],
)
def test_node_must_be_recent(version: str, enough: bool) -> None:
    assert is_new_enough(version) is enough
