"""A stage for every test of commitments."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.followup.commitments.stage import Stage, make_stage


@pytest.fixture
def stage(app: Flask) -> Stage:
    return make_stage()
