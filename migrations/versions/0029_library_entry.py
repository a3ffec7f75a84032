"""what searches find lies in a row of its own with its facets

Everything is indexed anew by the sweep.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

SEARCH = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE library_search USING fts5("
            "title, subject, about, body, tokenize = 'unicode61 remove_diacritics 2')"
        ),
    ),
    "postgresql": (
        (
            "CREATE TABLE library_search ("
            "number bigint NOT NULL CONSTRAINT pk_library_search PRIMARY KEY "
            "CONSTRAINT fk_library_search_number REFERENCES library_entry (number) ON DELETE CASCADE, "
            "words tsvector NOT NULL)"
        ),
        "CREATE INDEX ix_library_search_words ON library_search USING gin (words)",
    ),
}
BEFORE = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE library_search USING fts5("
            "title, subject, about, body, document_id UNINDEXED, tokenize = 'unicode61 remove_diacritics 2')"
        ),
    ),
    "postgresql": (
        (
            "CREATE TABLE library_search ("
            "document_id uuid NOT NULL CONSTRAINT pk_library_search PRIMARY KEY "
            "CONSTRAINT fk_library_search_document_id REFERENCES analytical_document (id) ON DELETE CASCADE, "
            "words tsvector NOT NULL)"
        ),
        "CREATE INDEX ix_library_search_words ON library_search USING gin (words)",
    ),
}


def upgrade() -> None:
    """Take the database up to this revision."""
    op.create_table(
        "library_entry",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["analytical_document.id"],
            name=op.f("fk_library_entry_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_library_entry")),
        sa.UniqueConstraint("document_id", name=op.f("uq_library_entry_document_id")),
    )
    _make_anew(SEARCH)


def downgrade() -> None:
    """Take the database back to the revision before."""
    _make_anew(BEFORE)
    op.drop_table("library_entry")


def _make_anew(statements: dict[str, tuple[str, ...]]) -> None:
    """The full-text table, empty, in place of the one there is."""
    op.execute("DROP TABLE library_search")
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute(sa.text("UPDATE analytical_document SET is_indexed = :no").bindparams(no=False))
