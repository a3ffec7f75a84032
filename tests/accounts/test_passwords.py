"""How passwords are kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from peer_visits.accounts import passwords
from peer_visits.accounts.passwords import hash_password, password_matches
from tests.support.passwords import OWN


@pytest.fixture
def at_full_strength(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    monkeypatch.setattr(passwords, "_hasher", OWN)
    return OWN


def test_the_product_hashes_as_the_standard_recommends(at_full_strength: PasswordHasher) -> None:
    """RFC 9106, section 4, second choice: 64 MiB, three passes, four lanes."""
    kept = hash_password("three quiet words")
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY
    assert password_matches(kept, "three quiet words")
    assert not password_matches(kept, "three quiet word")


def test_nobody_has_no_password() -> None:
    assert not password_matches(None, "three quiet words")
    assert not password_matches("not a hash", "three quiet words")


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password("three quiet words") != hash_password("three quiet words")
