"""offers: when answers are known, kind deadlines, reasons, substitutes, upgrades, speakers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from peer_visits.storage.types import Moment

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None

# Added one by one: so neither database has to build the table of calls anew.
CALL_COLUMNS = (
    (
        "answered_at",
        "{moment} CONSTRAINT ck_call_answered CHECK (answered_at IS NULL OR decided_at IS NOT NULL)",
    ),
    (
        "grace_minutes",
        "INTEGER NOT NULL DEFAULT 10 CONSTRAINT ck_call_grace_minutes CHECK (grace_minutes BETWEEN 0 AND 1440)",
    ),
    ("moves_deadlines", "BOOLEAN NOT NULL DEFAULT true"),
    (
        "promotion_stops_days",
        (
            "INTEGER NOT NULL DEFAULT 3 "
            "CONSTRAINT ck_call_promotion_stops_days CHECK (promotion_stops_days BETWEEN 0 AND 60)"
        ),
    ),
    ("upgrade_chain", "BOOLEAN NOT NULL DEFAULT false"),
)
MOMENT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}
OLD_KINDS = ("participant", "host_guest", "fellow_host")
NEW_KINDS = (*OLD_KINDS, "speaker")
STATES = ("offered", "accepted", "declined", "lapsed", "withdrawn", "cancelled")
NEW_COLUMNS = {"note": "''", "substitute_name": "''", "substitute_email": "''", "replaces_id": "NULL"}


def upgrade() -> None:
    """Take the database up to this revision."""
    dialect = op.get_bind().dialect.name
    for name, definition in CALL_COLUMNS:
        op.execute(f"ALTER TABLE call ADD COLUMN {name} {definition.format(moment=MOMENT[dialect])}")
    op.execute("UPDATE call SET answered_at = decided_at")
    op.create_table(
        "choice_reason",
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_choice_reason_choice_id")),
        sa.PrimaryKeyConstraint("choice_id", name=op.f("pk_choice_reason")),
    )
    if dialect == "sqlite":
        _rebuild(NEW_KINDS, is_new=True)
        return
    for column in _new_columns():
        op.add_column("place", column)
    op.create_foreign_key(op.f("fk_place_replaces_id"), "place", "place", ["replaces_id"], ["id"])
    op.create_index("ix_place_replaces_id", "place", ["replaces_id"])
    _change_kinds(NEW_KINDS)


def downgrade() -> None:
    """Take the database back. Places of speakers become places of the host's guests."""
    op.drop_table("choice_reason")
    op.execute("UPDATE place SET kind = 'host_guest' WHERE kind = 'speaker'")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(OLD_KINDS, is_new=False)
    else:
        _change_kinds(OLD_KINDS)
        for name in NEW_COLUMNS:
            op.drop_column("place", name)
    for name, _definition in reversed(CALL_COLUMNS):
        op.execute(f"ALTER TABLE call DROP COLUMN {name}")


def _change_kinds(kinds: tuple[str, ...]) -> None:
    """PostgreSQL can change a CHECK in place."""
    op.drop_constraint(op.f("ck_place_place_kind"), "place", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_place_place_kind"), "place", f"kind IN ({listed})")


def _rebuild(kinds: tuple[str, ...], *, is_new: bool) -> None:
    """SQLite cannot: the table is made anew and filled from the old one."""
    names = [column.name for column in _old_columns(OLD_KINDS)]
    added = NEW_COLUMNS if is_new else {}
    op.create_table(
        "place_anew", *_old_columns(kinds), *(_new_columns() if is_new else ()), *_constraints(is_new=is_new)
    )
    into, values = ", ".join([*names, *added]), ", ".join([*names, *added.values()])
    op.execute(f"INSERT INTO place_anew ({into}) SELECT {values} FROM place")  # noqa: S608  # names of ours
    op.drop_table("place")
    op.rename_table("place_anew", "place")
    _create_indexes()
    if is_new:
        op.create_index("ix_place_replaces_id", "place", ["replaces_id"])


def _old_columns(kinds: tuple[str, ...]) -> list[sa.Column[object]]:
    return [
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("choice_id", sa.Uuid(), nullable=True),
        sa.Column("kind", _one_of(kinds, "place_kind"), nullable=False),
        sa.Column("state", _one_of(STATES, "place_state"), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("offered_at", Moment(timezone=True), nullable=False),
        sa.Column("answer_by", Moment(timezone=True), nullable=True),
        sa.Column("settled_at", Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    # Named in full: the table has another name while it is filled.
    return sa.Enum(
        *values, name=op.f(f"ck_place_{name}"), native_enum=False, create_constraint=True, length=20
    )


def _new_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("note", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("substitute_name", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("substitute_email", sa.String(length=254), nullable=False, server_default=""),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
    ]


def _constraints(*, is_new: bool) -> list[sa.Constraint]:
    keys = {"choice_id": "choice.id", "person_id": "person.id", "visit_id": "visit.id"}
    if is_new:
        keys["replaces_id"] = "place.id"
    return [
        sa.CheckConstraint(
            "(seat IS NOT NULL) = (kind = 'participant' AND state IN ('offered', 'accepted'))",
            name=op.f("ck_place_seat"),
        ),
        sa.CheckConstraint("(state = 'offered') = (settled_at IS NULL)", name=op.f("ck_place_settled")),
        sa.CheckConstraint("state <> 'offered' OR answer_by IS NOT NULL", name=op.f("ck_place_answer_by")),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_place_seat_number")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_place_{column}"))
            for column, target in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("choice_id", name=op.f("uq_place_choice_id")),
    ]


def _create_indexes() -> None:
    op.create_index("ix_place_due", "place", ["state", "answer_by"])
    op.create_index("ix_place_person_id", "place", ["person_id"])
    op.create_index("ix_place_visit_state", "place", ["visit_id", "state"])
    live = sa.text("state IN ('offered', 'accepted')")
    for name, column in (("uq_place_live_person", "person_id"), ("uq_place_live_seat", "seat")):
        columns = ["visit_id", column]
        op.create_index(name, "place", columns, unique=True, sqlite_where=live, postgresql_where=live)
