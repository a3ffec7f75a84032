"""the library: kinds of hosts, topics, DOIs, downloads by day, and a full-text table as each database makes them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SEARCH = {
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
KINDS = "'unknown', 'city', 'region', 'park', 'institution', 'association'"


def upgrade() -> None:
    """Take the database up to this revision: nothing is indexed yet, a sweep does that."""
    with op.batch_alter_table("visit", schema=None) as batch:
        batch.add_column(
            sa.Column("host_kind", sa.String(length=20), server_default="unknown", nullable=False)
        )
        batch.create_check_constraint("host_kind", f"host_kind IN ({KINDS})")
    with op.batch_alter_table("analytical_document", schema=None) as batch:
        batch.add_column(sa.Column("doi", sa.String(length=200), server_default="", nullable=False))
        batch.add_column(sa.Column("is_indexed", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("visit", schema=None) as batch:
        batch.alter_column("host_kind", existing_type=sa.String(length=20), server_default=None)
    with op.batch_alter_table("analytical_document", schema=None) as batch:
        batch.alter_column("doi", existing_type=sa.String(length=200), server_default=None)
        batch.alter_column("is_indexed", existing_type=sa.Boolean(), server_default=None)
        batch.create_index("ix_analytical_document_is_indexed", ["is_indexed", "state"])
    op.create_table(
        "document_topic",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["analytical_document.id"], name=op.f("fk_document_topic_document_id")
        ),
        sa.PrimaryKeyConstraint("document_id", "topic", name=op.f("pk_document_topic")),
    )
    op.create_index(op.f("ix_document_topic_topic"), "document_topic", ["topic"])
    op.create_table(
        "document_download",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_document_download_count")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["analytical_document.id"], name=op.f("fk_document_download_document_id")
        ),
        sa.PrimaryKeyConstraint("document_id", "day", name=op.f("pk_document_download")),
    )
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the database back to the revision before: topics, DOIs and counts are gone."""
    op.execute("DROP TABLE library_search")
    op.drop_table("document_download")
    op.drop_table("document_topic")
    with op.batch_alter_table("analytical_document", schema=None) as batch:
        batch.drop_index("ix_analytical_document_is_indexed")
        batch.drop_column("is_indexed")
        batch.drop_column("doi")
    with op.batch_alter_table("visit", schema=None) as batch:
        batch.drop_constraint("host_kind", type_="check")
        batch.drop_column("host_kind")
