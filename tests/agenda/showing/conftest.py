"""A stage for every test of what is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peer_visits.accounts.models import Person
from tests.agenda.showing.stage import Stage, make_stage


@pytest.fixture
def stage(
    app: Flask, at_now: datetime, client: FlaskClient, client_of: Callable[[Person], FlaskClient]
) -> Stage:
    return make_stage(client_of, client)
