"""allocation runs: the input is built by the worker that takes a run up"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        batch_op.alter_column("input", existing_type=sa.JSON(), nullable=True)


def downgrade() -> None:
    op.execute(sa.text("UPDATE allocation_run SET input = '{}' WHERE input IS NULL"))
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        batch_op.alter_column("input", existing_type=sa.JSON(), nullable=False)
