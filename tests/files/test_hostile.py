"""Uploads that mean harm: each gets an answer in time, and of what is refused nothing stays."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from peer_visits.files.inspection import Limits
from peer_visits.files.services import AcceptedFile, accept_pdf
from peer_visits.files.store import FolderStore
from peer_visits.kernel.errors import Refused
from tests.support.hostile import FILES

MOST_BYTES = 20 * 1024**2


def take(folder: Path, content: bytes) -> AcceptedFile | str:
    """What was kept, or why nothing was."""
    try:
        return accept_pdf(FolderStore(folder), io.BytesIO(content), "r.pdf", most_bytes=MOST_BYTES)
    except Refused as refused:
        return str(refused.reason)


def test_there_are_sixty_of_them() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("what", FILES)
def test_each_gets_its_answer(tmp_path: Path, what: str) -> None:
    content, word = FILES[what]
    answer = take(tmp_path, content)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    if isinstance(answer, str):
        assert word is not None, answer
        assert word in answer
        assert kept == []
        return
    assert not word, "taken, though it should have been refused"
    assert {path.name for path in kept} == {key for key in (answer.key, answer.preview_key) if key}
    assert (answer.pages or 0) >= 1
    assert len(answer.text or "") <= Limits.letters
