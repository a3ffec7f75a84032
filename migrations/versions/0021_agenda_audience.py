"""who may read an agenda, and what a release tells those who take part alone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision: what everybody could read stays so."""
    with op.batch_alter_table("agenda_plan", schema=None) as batch:
        batch.add_column(sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("agenda_release", schema=None) as batch:
        batch.add_column(sa.Column("withheld", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    plan = sa.table("agenda_plan", sa.column("visit_id"), sa.column("is_public", sa.Boolean()))
    release = sa.table("agenda_release", sa.column("visit_id"))
    published = plan.c.visit_id.in_(sa.select(release.c.visit_id))
    op.execute(plan.update().where(published).values(is_public=sa.true()))
    with op.batch_alter_table("agenda_plan", schema=None) as batch:
        batch.alter_column("is_public", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("agenda_release", schema=None) as batch:
        batch.alter_column("withheld", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    """Take the database back to the revision before: everybody reads what is published."""
    with op.batch_alter_table("agenda_release", schema=None) as batch:
        batch.drop_column("withheld")
    with op.batch_alter_table("agenda_plan", schema=None) as batch:
        batch.drop_column("is_public")
