"""criteria: titles, help and the meaning of scores in several languages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW = ("titles", "helps", "anchors")


def _table() -> sa.TableClause:
    texts = [sa.column(name, sa.JSON()) for name in NEW]
    return sa.table("criterion", sa.column("id", sa.Uuid()), sa.column("title"), sa.column("help"), *texts)


def upgrade() -> None:
    """Take the database up to this revision: the words so far are those of the first language, English."""
    for name in NEW:
        op.add_column("criterion", sa.Column(name, sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    criterion, connection = _table(), op.get_bind()
    for row in connection.execute(sa.select(criterion.c.id, criterion.c.title, criterion.c.help)).all():
        words = {"titles": {"en": row.title}, "helps": {"en": row.help} if row.help else {}}
        connection.execute(sa.update(criterion).where(criterion.c.id == row.id).values(**words))
    op.drop_column("criterion", "help")
    op.drop_column("criterion", "title")


def downgrade() -> None:
    """Take the database back: one language is left."""
    op.add_column("criterion", sa.Column("title", sa.String(200), nullable=False, server_default=""))
    op.add_column("criterion", sa.Column("help", sa.String(500), nullable=False, server_default=""))
    criterion, connection = _table(), op.get_bind()
    for row in connection.execute(sa.select(criterion.c.id, criterion.c.titles, criterion.c.helps)).all():
        words = {"title": next(iter(row.titles.values()), ""), "help": next(iter(row.helps.values()), "")}
        connection.execute(sa.update(criterion).where(criterion.c.id == row.id).values(**words))
    for name in NEW:
        op.drop_column("criterion", name)
