"""The log in words."""

from __future__ import annotations

from flask import Flask

from peer_visits.organiser.words import action_words, detail_words


def test_known_and_unknown_actions(app: Flask) -> None:
    with app.test_request_context():
        assert action_words("call.decided") == "Call decided"
        assert action_words("something.new") == "something.new"


def test_details(app: Flask) -> None:
    with app.test_request_context():
        assert detail_words("from_waiting_list", value=True) == "from the waiting list: yes"
        assert detail_words("other_thing", value=False) == "other thing: no"
        assert detail_words("seat", value=3) == "seat: 3"
