"""What the run command starts and says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from peer_visits.launch import server
from peer_visits.launch.failure import StepFailedError
from peer_visits.launch.readiness import is_ready, reachable, wait_until_ready
from peer_visits.launch.running import DATABASE, prepared, product_environment, sign_ins, welcome

ACCOUNTS = [
    {"role": "administrator", "email": "admin@example.org", "password": "one"},
    {"role": "host", "email": "first@example.org", "password": "two"},
    {"role": "host", "email": "second@example.org", "password": "three"},
]


def test_the_first_account_of_each_role_is_shown() -> None:
    assert sign_ins(ACCOUNTS) == [
        "  administrator  admin@example.org  one",
        "  host           first@example.org  two",
    ]


def test_the_welcome_names_the_address_the_mailbox_and_how_to_stop() -> None:
    text = welcome("http://127.0.0.1:5000", ACCOUNTS)
    assert "Peer Visits is ready: http://127.0.0.1:5000\n" in text
    assert "Mail: http://127.0.0.1:5000/dev/mailbox" in text
    assert text.endswith("Ctrl-C stops it.")


def test_without_a_demo_no_sign_in_is_shown() -> None:
    assert "sign-in" not in welcome("https://visits.example.eu", [])


def test_the_server_opens_no_control_socket() -> None:
    assert server.control_socket_disable


@pytest.mark.parametrize(("host", "written"), [("127.0.0.1", "127.0.0.1:8123"), ("::1", "[::1]:8123")])
def test_the_server_listens_where_it_is_told(host: str, written: str) -> None:
    assert server.address(host, "8123") == written


def test_the_environment_names_port_and_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEER_VISITS_INSTANCE", raising=False)
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")
    environment = product_environment(tmp_path, 8123)
    assert environment["PORT"] == "8123"
    assert environment["PEER_VISITS_INSTANCE"] == str(tmp_path / "instance")
    assert (tmp_path / "instance").is_dir()
    assert "PYTHONHOME" not in environment


def test_an_instance_of_ones_own_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEER_VISITS_INSTANCE", str(tmp_path / "mine" / "deep"))
    assert product_environment(tmp_path, 1)["PEER_VISITS_INSTANCE"] == str(tmp_path / "mine" / "deep")


def test_an_unusable_folder_is_refused_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PEER_VISITS_INSTANCE", str(tmp_path / "file" / "instance"))
    with pytest.raises(StepFailedError, match="cannot be made"):
        product_environment(tmp_path, 1)


def test_a_folder_that_may_not_be_written_is_refused_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    monkeypatch.setenv("PEER_VISITS_INSTANCE", str(tmp_path))
    with pytest.raises(StepFailedError, match="cannot be written"):
        product_environment(tmp_path, 1)


def test_waiting_ends_with_the_first_yes() -> None:
    answers = iter([False, False, True])
    assert wait_until_ready(lambda: next(answers), lambda: False, 5)


def test_waiting_ends_when_somebody_gives_up_or_the_time_is_over() -> None:
    assert not wait_until_ready(lambda: False, lambda: True, 5)
    assert not wait_until_ready(lambda: False, lambda: False, 0.01)


def test_nobody_there_is_not_ready() -> None:
    assert not is_ready("127.0.0.1", 9)


@pytest.mark.parametrize(
    ("host", "address"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("10.1.2.3", "10.1.2.3")]
)
def test_every_interface_is_asked_on_loopback(host: str, address: str) -> None:
    assert reachable(host) == address


def what_is_said(text: str) -> int:
    reads, writes = os.pipe()
    os.write(writes, text.encode())
    os.close(writes)
    return reads


def test_the_accounts_of_the_demo_are_found_in_the_last_line() -> None:
    found = prepared(what_is_said('A word of the migrations.\n{"done": "demo loaded", "accounts": [1]}\n'))
    assert found == {"done": "demo loaded", "accounts": [1]}


@pytest.mark.parametrize(
    "said", ["Traceback\nValueError: no", '{"done": "up to date"}\nTraceback\nValueError']
)
def test_a_database_that_is_not_prepared_stops_the_start_with_its_words(said: str) -> None:
    with pytest.raises(StepFailedError, match="could not be prepared") as failed:
        prepared(what_is_said(said))
    assert failed.value.output == said


def test_a_program_that_does_not_load_has_said_why_itself() -> None:
    with pytest.raises(StepFailedError, match="could not be loaded"):
        prepared(what_is_said(""))


def test_a_database_that_does_not_answer_is_named_in_the_advice() -> None:
    with pytest.raises(StepFailedError) as failed:
        prepared(what_is_said("Traceback\nsqlalchemy.exc.OperationalError: no such host"))
    assert failed.value.advice == DATABASE
