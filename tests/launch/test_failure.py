"""A failed step says what to do."""

from __future__ import annotations

import errno

import pytest

from peer_visits.launch import failure
from peer_visits.launch.environment import check_python
from peer_visits.launch.failure import StepFailedError, advice_for, advice_for_os


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", failure.NO_SPACE),
        ("npm error code ENOSPC", failure.NO_SPACE),
        ("ERROR: [Errno 13] Permission denied: '/opt/x'", failure.NOT_WRITABLE),
        ("/usr/bin/python3: No module named pip", failure.NO_PIP),
        ("The virtual environment was not created: ensurepip is not available.", failure.NO_VENV),
        ("no such option: --python", failure.OLD_PIP),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", failure.WRONG_HASH),
        ("npm error code EINTEGRITY", failure.WRONG_HASH),
        ("NewConnectionError: Failed to establish a new connection", failure.NO_NETWORK),
        ("npm error code EAI_AGAIN", failure.NO_NETWORK),
        (
            "Name or service not known\nERROR: No matching distribution found for flask",
            failure.NO_NETWORK,
        ),
        ("ERROR: No matching distribution found for flask==3.1.3", failure.NO_PACKAGE),
        ("Could not find a version of flask (from versions: none)", failure.NO_NETWORK),
        ("something nobody has seen", failure.AGAIN),
    ],
)
def test_advice_fits_what_the_program_said(output: str, advice: str) -> None:
    assert advice_for(output) == advice


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, failure.NO_SPACE),
        (errno.EROFS, failure.NOT_WRITABLE),
        (errno.EACCES, failure.NOT_WRITABLE),
        (errno.EIO, failure.AGAIN),
    ],
)
def test_advice_fits_a_refused_file(number: int, advice: str) -> None:
    assert advice_for_os(OSError(number, "refused")) == advice


def test_the_text_holds_what_went_wrong_its_last_lines_and_the_advice() -> None:
    output = "\n".join(f"line {number}" for number in range(40))
    text = StepFailedError("It failed.", "mend it.", output).text()
    assert text.startswith("\nIt failed.\n")
    assert "line 39" in text
    assert "line 24" not in text
    assert text.endswith("What to do: mend it.")


def test_an_old_python_is_refused_with_its_number() -> None:
    with pytest.raises(StepFailedError, match=r"3\.11 or newer; this is 3\.10"):
        check_python((3, 10))
    check_python((3, 11))
