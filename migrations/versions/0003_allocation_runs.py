"""allocation runs: their states, lease, settings, explanation; the lottery of each call"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = peer_visits.storage.types.Moment(timezone=True)
NEW_STATES = ("queued", "running", "done", "failed", "cancelled")
OLD_STATES = ("draft", "applied")
CHECKS = {
    "lease": "(state = 'running') = (lease_until IS NOT NULL)",
    "claim": "(claim IS NULL) = (lease_until IS NULL)",
    "finished": "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
    "answer": "state <> 'done' OR answer IS NOT NULL",
    "applied": "state = 'done' OR (chosen_at IS NULL AND applied_at IS NULL)",
    "time_limit": "time_limit BETWEEN 1 AND 3600",
}


def _added() -> tuple[sa.Column, ...]:
    return (
        sa.Column("note", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("made_from_id", sa.Uuid(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("time_limit", sa.Integer(), nullable=False, server_default="60"),
        sa.Column("input_hash", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("sources", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("versions", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("progress", sa.JSON(), nullable=True),
        sa.Column("explanation", sa.JSON(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("chosen_at", MOMENT, nullable=True),
    )


def _state(states: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*states, name="run_state", native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_allocation_run_applied"), type_="check")
        batch_op.drop_constraint(op.f("ck_allocation_run_run_state"), type_="check")
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
        for column in _added():
            batch_op.add_column(column)
        batch_op.alter_column("result", new_column_name="answer", existing_type=sa.JSON(), nullable=True)
    _number_runs()
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        for name in ("number", *(one.name for one in _added() if one.server_default is not None)):
            batch_op.alter_column(name, server_default=None)
        batch_op.alter_column("state", type_=_state(NEW_STATES), existing_nullable=False)
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_allocation_run_{name}"), condition)
        batch_op.create_foreign_key(
            op.f("fk_allocation_run_made_from_id"), "allocation_run", ["made_from_id"], ["id"]
        )
        batch_op.create_unique_constraint(op.f("uq_allocation_run_call_id_number"), ["call_id", "number"])
        batch_op.create_index("ix_allocation_run_due", ["state", "lease_until"], unique=False)
    op.create_table(
        "lottery_seed",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.Column("public_value", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_lottery_seed_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_lottery_seed")),
    )


def _number_runs() -> None:
    """What was applied or drafted before is done; each call counts its runs from 1 in the order of time."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT id, call_id FROM allocation_run ORDER BY call_id, created_at, id")
    ).all()
    numbers: dict[object, int] = {}
    for run_id, call_id in rows:
        numbers[call_id] = numbers.get(call_id, 0) + 1
        connection.execute(
            sa.text(
                "UPDATE allocation_run SET number = :number, state = 'done', finished_at = created_at,"
                " chosen_at = applied_at WHERE id = :id"
            ),
            {"number": numbers[call_id], "id": run_id},
        )


def downgrade() -> None:
    op.drop_table("lottery_seed")
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE allocation_run SET made_from_id = NULL"))
    connection.execute(sa.text("DELETE FROM allocation_run WHERE state <> 'done'"))
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        batch_op.drop_index("ix_allocation_run_due")
        batch_op.drop_constraint(op.f("uq_allocation_run_call_id_number"), type_="unique")
        batch_op.drop_constraint(op.f("fk_allocation_run_made_from_id"), type_="foreignkey")
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_allocation_run_{name}"), type_="check")
        batch_op.drop_constraint(op.f("ck_allocation_run_run_state"), type_="check")
        batch_op.drop_column("number")
        for column in _added():
            batch_op.drop_column(column.name)
        batch_op.alter_column("answer", new_column_name="result", existing_type=sa.JSON(), nullable=False)
    connection.execute(
        sa.text(
            "UPDATE allocation_run SET state = CASE WHEN applied_at IS NULL THEN 'draft' ELSE 'applied' END"
        )
    )
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        batch_op.alter_column("state", type_=_state(OLD_STATES), existing_nullable=False)
        batch_op.create_check_constraint(
            op.f("ck_allocation_run_applied"), "(state = 'applied') = (applied_at IS NOT NULL)"
        )
