"""A step that failed, and what the person at the keyboard can do about it."""

from __future__ import annotations

import errno
import re

LAST_LINES = 15


class StepFailedError(Exception):
    """`what` went wrong, `advice` in plain words, and the last lines of the program that said so."""

    def __init__(self, what: str, advice: str, output: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.output = output

    def text(self) -> str:
        """All of it, as it is shown."""
        tail = "\n".join(f"    {line}" for line in self.output.strip().splitlines()[-LAST_LINES:])
        return "\n".join(filter(None, (f"\n{self.what}", tail, f"What to do: {self.advice}")))


NO_SPACE = "the disk is full: free at least 1 GB and run the same command again."
NOT_WRITABLE = "this folder cannot be written: use a copy that belongs to you, or correct its permissions."
NO_NETWORK = (
    "the package index did not answer or has nothing: check the network, the proxy (HTTPS_PROXY) or "
    "the index set for pip and npm, and run the same command again. What is already done is kept."
)
NO_PIP = (
    "pip is missing: install it (on Debian and Ubuntu: apt install python3-pip python3-venv; elsewhere: "
    "python3 -m ensurepip) and run the same command again."
)
NO_VENV = "the module venv is missing: install it (on Debian and Ubuntu: apt install python3-venv)."
OLD_PIP = "this pip is too old: update it (python3 -m pip install --upgrade pip; 22.3 or newer is needed)."
WRONG_HASH = (
    "a downloaded file is not the one this version was tested with. Empty the download cache "
    "(python3 -m pip cache purge) and try again; if it stays, the package index serves altered files."
)
NO_PACKAGE = "the package index has nothing for this Python here: try Python 3.11, 3.12 or 3.13."
AGAIN = "read the lines above, mend the cause and run the same command again."

_NETWORK_SIGNS = (
    "from versions: none|Temporary failure in name resolution|Name or service not known"
    "|Network is unreachable|Max retries exceeded|NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError"
    "|CERTIFICATE_VERIFY_FAILED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT"
)
# The first pattern that is found decides, so the narrow ones stand first.
_ADVICE = (
    ("No space left on device|ENOSPC|Disk quota exceeded", NO_SPACE),
    ("Permission denied|EACCES|Read-only file system|EROFS", NOT_WRITABLE),
    ("No module named '?pip", NO_PIP),
    ("No module named '?(venv|ensurepip)|ensurepip is not available", NO_VENV),
    ("no such option: --python", OLD_PIP),
    ("DO NOT MATCH THE HASHES|EINTEGRITY", WRONG_HASH),
    (_NETWORK_SIGNS, NO_NETWORK),
    ("No matching distribution found", NO_PACKAGE),
)


def advice_for(output: str) -> str:
    """What to do about a program that failed with this output."""
    return next((advice for pattern, advice in _ADVICE if re.search(pattern, output)), AGAIN)


def advice_for_os(error: OSError) -> str:
    """What to do about a refused file or folder."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NO_SPACE
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return NOT_WRITABLE
    return AGAIN
