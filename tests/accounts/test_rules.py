"""Rules of accounts: passwords, and what a profile lacks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from peer_visits.accounts.rules import is_too_many, missing_in_profile, password_problem


@pytest.mark.parametrize(
    "password", ["short", "x" * 11, "passwordpassword", "PasswordPassword", "aaaaaaaaaaaa", "ada@example.org"]
)
def test_weak_passwords_are_refused_with_a_reason(password: str) -> None:
    assert password_problem(password, "ada@example.org") is not None


@pytest.mark.parametrize("password", ["three quiet words", "ÄÖÜ-und-noch-mehr", "x9$kQ2!mZ7&pL"])
def test_good_passwords_pass(password: str) -> None:
    assert password_problem(password, "ada@example.org") is None


def person(**changes: object) -> SimpleNamespace:
    whole = {
        "name": "Ada",
        "organisation": "City",
        "organisation_kind": "local",
        "country": "FI",
    }
    return SimpleNamespace(**{**whole, **changes})


def test_a_whole_profile_lacks_nothing() -> None:
    assert missing_in_profile(person()) == []


@pytest.mark.parametrize("field", ["name", "organisation", "organisation_kind", "country"])
def test_each_gap_in_the_profile_is_named(field: str) -> None:
    assert len(missing_in_profile(person(**{field: None}))) == 1


def test_the_limit_itself_is_too_many() -> None:
    assert not is_too_many(9, 10)
    assert is_too_many(10, 10)
