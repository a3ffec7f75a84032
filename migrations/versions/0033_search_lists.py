"""searches on PostgreSQL read no list of what waits to be indexed

By default a GIN index keeps new rows in a list that each search reads through until a vacuum empties it.
"""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

INDEXES = ("ix_application_search_words", "ix_library_search_words")


def upgrade() -> None:
    """Take the database up to this revision."""
    _set("(fastupdate = off)")
    if _is_postgresql():
        for index in INDEXES:
            op.execute(f"SELECT gin_clean_pending_list('{index}')")


def downgrade() -> None:
    """Take the database back to the revision before."""
    _set("(fastupdate = on)")


def _set(how: str) -> None:
    if _is_postgresql():
        for index in INDEXES:
            op.execute(f"ALTER INDEX {index} SET {how}")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
