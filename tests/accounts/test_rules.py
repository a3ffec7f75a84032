"""Rules of accounts: passwords, and who may apply."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from peer_visits.accounts.rules import is_too_many, may_apply, missing_in_profile, password_problem
from tests.support.factories import NOW


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
        "email_verified_at": NOW,
        "name": "Ada",
        "organisation": "City",
        "organisation_kind": "local",
        "country": "FI",
    }
    return SimpleNamespace(**{**whole, **changes})


def test_a_whole_profile_with_a_confirmed_address_may_apply() -> None:
    assert may_apply(person())
    assert missing_in_profile(person()) == []


@pytest.mark.parametrize("field", ["name", "organisation", "organisation_kind", "country"])
def test_each_gap_in_the_profile_is_named(field: str) -> None:
    assert len(missing_in_profile(person(**{field: None}))) == 1
    assert not may_apply(person(**{field: None}))


def test_an_unconfirmed_address_may_not_apply() -> None:
    assert not may_apply(person(email_verified_at=None))


def test_the_limit_itself_is_too_many() -> None:
    assert not is_too_many(9, 10)
    assert is_too_many(10, 10)
