"""Lottery numbers: published, even, and computed again by a script that knows nothing of the product."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from peer_visits.allocation.solving import combined_seed, commitment, is_revealed, lottery_number
from tests.allocation.published import DATA, expected

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "lottery.py"
NAME = "m1-240x10-standard"


def run(answer: Path, *more: str) -> subprocess.CompletedProcess[str]:
    call = DATA / "instances" / f"{NAME}.json"
    command = [sys.executable, "-I", str(SCRIPT), str(call), str(answer), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_script_of_forty_lines_finds_the_same_numbers() -> None:
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= 45
    assert sum(bool(line.strip()) for line in SCRIPT.read_text("utf-8").splitlines()) <= 40
    assert run(DATA / "expected" / f"{NAME}.json").returncode == 0


def test_the_script_notices_another_answer_and_another_secret(tmp_path: Path) -> None:
    other = expected(NAME) | {"placements": expected(NAME)["placements"][1:]}
    (tmp_path / "other.json").write_text(json.dumps(other), "utf-8")
    assert run(tmp_path / "other.json").returncode == 1
    right = DATA / "expected" / f"{NAME}.json"
    promised = commitment("drawn when the call opened")
    assert run(right, "--secret", "drawn when the call opened", "--commitment", promised).returncode == 0
    assert run(right, "--secret", "chosen afterwards", "--commitment", promised).returncode == 1


def test_two_equal_people_have_equal_chances() -> None:
    first = sum(
        lottery_number(f"seed-{n}", "A1", "V1") > lottery_number(f"seed-{n}", "A2", "V1")
        for n in range(10_000)
    )
    assert 4_850 <= first <= 5_150


def test_a_secret_is_bound_by_its_commitment() -> None:
    promised = commitment("secret")
    assert is_revealed("secret", promised.upper())
    assert not is_revealed("secret ", promised)
    assert combined_seed("secret", "4 8 15 16 23 42") == "secret|4 8 15 16 23 42"
