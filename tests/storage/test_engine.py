"""What SQLite is taught when a connection begins."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Uuid, bindparam, create_engine, func, select

from peer_visits.storage.engine import prepare_engine, row_of_id


def test_the_database_numbers_rows_as_we_do() -> None:
    engine = create_engine("sqlite://")
    prepare_engine(engine)

    @given(identity=st.uuids())
    def check(identity: UUID) -> None:
        asked = select(func.row_of_id(bindparam(None, identity, Uuid)))
        assert connection.scalar(asked) == row_of_id(identity) < 2**63

    with engine.connect() as connection:
        check()
