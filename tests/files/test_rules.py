"""Names of files: shown and sent, never followed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.files.rules import LONGEST_NAME, safe_name

NAMES = {
    "report.pdf": "report.pdf",
    "Bericht Łódź.PDF": "Bericht Łódź.pdf",
    "report": "report.pdf",
    "report.pdf.pdf": "report.pdf",
    "cv\u202efdp.exe": "cvfdp.exe.pdf",
    "../../etc/passwd": "passwd.pdf",
    "C:\\Users\\ada\\report.pdf": "report.pdf",
    "re\x00port\r\nX-Evil: 1.pdf": "reportX-Evil  1.pdf",
    "cafe\u0301.pdf": "caf\u00e9.pdf",
    ".pdf": "pdf.pdf",
    "...": "document.pdf",
    "": "document.pdf",
    "  ": "document.pdf",
}


@pytest.mark.parametrize("given_name", NAMES)
def test_a_name_loses_what_could_mislead(given_name: str) -> None:
    assert safe_name(given_name) == NAMES[given_name]


def test_no_name_is_a_name_too() -> None:
    assert safe_name(None) == "document.pdf"


@given(st.text(max_size=400))
def test_every_name_is_short_one_line_and_ends_in_its_type(name: str) -> None:
    safe = safe_name(name)
    assert len(safe) <= LONGEST_NAME
    assert safe.endswith(".pdf")
    assert not set("\\/\r\n\x00\u202e") & set(safe)
    assert unicodedata.normalize("NFC", safe) == safe
