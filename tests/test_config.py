"""Settings: what is wrong is said whole, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from peer_visits.config import ConfigurationError, read_settings


def problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(environment)
    return caught.value.problems


def test_the_demo_needs_nothing_and_keeps_its_secret(tmp_path: Path) -> None:
    environment = {"PEER_VISITS_INSTANCE": str(tmp_path / "new")}
    first, second = read_settings(environment), read_settings(environment)
    assert first == second
    assert len(first.secret_key) == 64
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o077 == 0


def test_outside_the_demo_everything_missing_is_named_at_once(tmp_path: Path) -> None:
    found = problems({"PEER_VISITS_INSTANCE": str(tmp_path), "PEER_VISITS_DEMO": "no"})
    assert [line.split()[0] for line in found] == ["PUBLIC_URL", "SECRET_KEY", "SMTP_URL"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PUBLIC_URL", "visits.example.eu"),
        ("PUBLIC_URL", "https://visits.example.eu/path"),
        ("SECRET_KEY", "short"),
        ("SMTP_URL", "mail.example.eu"),
        ("DEFAULT_ZONE", "Europe/Atlantis"),
        ("PROXY_COUNT", "many"),
        ("PEER_VISITS_DEMO", "perhaps"),
    ],
)
def test_each_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    [line] = problems({"PEER_VISITS_INSTANCE": str(tmp_path), name: value})
    assert line.startswith(name)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    [line] = problems({"PEER_VISITS_INSTANCE": str(tmp_path / "file" / "instance")})
    assert "PEER_VISITS_INSTANCE" in line


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_addresses_get_their_driver(tmp_path: Path, scheme: str) -> None:
    settings = read_settings({"PEER_VISITS_INSTANCE": str(tmp_path), "DATABASE_URL": f"{scheme}://u@h/d"})
    assert settings.database_url == "postgresql+psycopg://u@h/d"
