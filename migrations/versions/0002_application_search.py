"""application search: a full-text table, made as each database makes them"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CREATE = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE application_search USING fts5("
            "words, application_id UNINDEXED, tokenize = 'unicode61 remove_diacritics 0')"
        ),
    ),
    "postgresql": (
        (
            "CREATE TABLE application_search ("
            "application_id uuid NOT NULL CONSTRAINT pk_application_search PRIMARY KEY "
            "CONSTRAINT fk_application_search_application_id REFERENCES application (id) ON DELETE CASCADE, "
            "words tsvector NOT NULL)"
        ),
        "CREATE INDEX ix_application_search_words ON application_search USING gin (words)",
    ),
}


def upgrade() -> None:
    """Take the database up to this revision."""
    for statement in CREATE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the database back."""
    op.execute("DROP TABLE application_search")
