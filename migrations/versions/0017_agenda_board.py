"""the agenda's board: rooms and speakers as records, sessions without a time yet, moves"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SPEAKER_STATE = sa.Enum(
    "listed",
    "invited",
    "confirmed",
    "declined",
    name="speaker_state",
    native_enum=False,
    create_constraint=True,
    length=20,
)
NEW = (
    ("room", "agenda_room"),
    ("speaker", "agenda_speaker"),
)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, peer_visits.storage.types.Moment(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Take the database up to this revision: what was typed as room and speaker becomes a record."""
    _make_tables()
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.add_column(sa.Column("words", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch.add_column(sa.Column("minutes", sa.Integer(), server_default="60", nullable=False))
        batch.add_column(sa.Column("room_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("material_link", sa.String(500), server_default="", nullable=False))
        batch.add_column(sa.Column("material_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("language", sa.String(8), server_default="", nullable=False))
    op.create_table(
        "agenda_session_speaker",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("speaker_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["agenda_session.id"],
            name=op.f("fk_agenda_session_speaker_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"],
            ["agenda_speaker.id"],
            name=op.f("fk_agenda_session_speaker_speaker_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "speaker_id", name=op.f("pk_agenda_session_speaker")),
    )
    op.create_index(op.f("ix_agenda_session_speaker_speaker_id"), "agenda_session_speaker", ["speaker_id"])
    _split_rows()
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.drop_column("room")
        batch.drop_column("speaker")
        for name in ("words", "minutes", "material_link", "language"):
            batch.alter_column(name, server_default=None)
        batch.alter_column("starts_wall", existing_type=sa.String(19), nullable=True)
        for name in ("starts_at", "ends_at"):
            batch.alter_column(
                name, existing_type=peer_visits.storage.types.Moment(timezone=True), nullable=True
            )
        batch.create_foreign_key(op.f("fk_agenda_session_room_id"), "agenda_room", ["room_id"], ["id"])
        batch.create_foreign_key(
            op.f("fk_agenda_session_material_id"), "stored_file", ["material_id"], ["id"]
        )
        batch.create_check_constraint(op.f("ck_agenda_session_minutes"), "minutes BETWEEN 1 AND 1440")
        batch.create_check_constraint(
            op.f("ck_agenda_session_placed"),
            "(starts_at IS NULL) = (ends_at IS NULL) AND (starts_at IS NULL) = (starts_wall IS NULL)",
        )
        batch.create_check_constraint(op.f("ck_agenda_session_capacity"), "capacity BETWEEN 1 AND 10000")
        batch.create_index(op.f("ix_agenda_session_room_id"), ["room_id"])


def _make_tables() -> None:
    op.create_table(
        "agenda_plan",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("travel", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "opens >= 0 AND opens < closes AND closes <= 1440", name=op.f("ck_agenda_plan_hours")
        ),
        sa.CheckConstraint("travel_minutes BETWEEN 0 AND 600", name=op.f("ck_agenda_plan_travel_minutes")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_agenda_plan_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_agenda_plan")),
    )
    op.create_table(
        "agenda_room",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10000", name=op.f("ck_agenda_room_capacity")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_agenda_room_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_room")),
        sa.UniqueConstraint("visit_id", "name_key", name=op.f("uq_agenda_room_visit_id_name_key")),
    )
    op.create_table(
        "agenda_speaker",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("is_host_staff", sa.Boolean(), nullable=False),
        sa.Column("state", SPEAKER_STATE, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("biography", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        _moment("consented_at"),
        sa.Column("digest", sa.String(64), nullable=True),
        _moment("invited_at"),
        _moment("answered_at"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'listed') OR (email IS NOT NULL)", name=op.f("ck_agenda_speaker_invited_by_mail")
        ),
        sa.CheckConstraint("length(biography) <= 4000", name=op.f("ck_agenda_speaker_biography_length")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_agenda_speaker_visit_id")),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["stored_file.id"], name=op.f("fk_agenda_speaker_picture_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_speaker")),
        sa.UniqueConstraint("visit_id", "name_key", name=op.f("uq_agenda_speaker_visit_id_name_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_agenda_speaker_digest")),
    )
    op.create_table(
        "agenda_move",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        _moment("at", nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("inverse", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.CheckConstraint("undoes < number", name=op.f("ck_agenda_move_undoes")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_agenda_move_actor_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_agenda_move_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "number", name=op.f("pk_agenda_move")),
    )


def _columns(*names: str) -> list[sa.ColumnClause[object]]:
    return [sa.column(name, sa.Uuid() if name.endswith("id") else None) for name in names]


def _split_rows() -> None:
    connection = op.get_bind()
    session = sa.table(
        "agenda_session",
        *_columns("id", "visit_id", "room", "speaker", "room_id", "minutes"),
        _typed("starts_at"),
        _typed("ends_at"),
    )
    visit = sa.table("visit", *_columns("id", "zone"))
    zones = {row.id: row.zone for row in connection.execute(sa.select(visit.c.id, visit.c.zone))}
    known: dict[tuple[str, uuid.UUID, str], uuid.UUID] = {}
    for row in connection.execute(sa.select(session)).all():
        minutes = max(1, min(1440, int((row.ends_at - row.starts_at).total_seconds() // 60)))
        ids = {name: _known(known, table, row, name, zones) for name, table in NEW}
        connection.execute(
            sa.update(session).where(session.c.id == row.id).values(minutes=minutes, room_id=ids["room"])
        )
        if ids["speaker"]:
            speaking = sa.table("agenda_session_speaker", *_columns("session_id", "speaker_id"))
            connection.execute(sa.insert(speaking).values(session_id=row.id, speaker_id=ids["speaker"]))


def _typed(name: str) -> sa.ColumnClause[object]:
    return sa.column(name, peer_visits.storage.types.Moment(timezone=True))


def _known(
    known: dict[tuple[str, uuid.UUID, str], uuid.UUID],
    table: str,
    row: sa.Row[tuple[object, ...]],
    name: str,
    zones: dict[uuid.UUID, str],
) -> uuid.UUID | None:
    typed = " ".join(str(getattr(row, name)).split())
    if not typed:
        return None
    key = (table, row.visit_id, typed.casefold()[:200])
    if key not in known:
        known[key] = uuid.uuid4()
        values: dict[str, object] = {"id": known[key], "visit_id": row.visit_id, "name": typed}
        values |= {"name_key": key[2], "version": 1}
        if table == "agenda_room":
            values |= {"place": ""}
        else:
            values |= {"organisation": "", "is_host_staff": False, "state": "listed", "biography": ""}
            values |= {"zone": zones[row.visit_id], "language": "en", "windows": []}
        columns = [
            sa.column("windows", sa.JSON()) if one == "windows" else _columns(one)[0] for one in values
        ]
        op.get_bind().execute(sa.insert(sa.table(table, *columns)).values(**values))
    return known[key]


def downgrade() -> None:
    """Take the database back: one speaker is left for each session; what has no time goes."""
    connection = op.get_bind()
    op.drop_table("agenda_move")
    connection.execute(sa.text("DELETE FROM agenda_session WHERE starts_at IS NULL"))
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.add_column(sa.Column("room", sa.String(200), server_default="", nullable=False))
        batch.add_column(sa.Column("speaker", sa.String(200), server_default="", nullable=False))
    for name, found in (
        ("room", "SELECT r.name FROM agenda_room r WHERE r.id = agenda_session.room_id"),
        (
            "speaker",
            (
                "SELECT MIN(s.name) FROM agenda_session_speaker l, agenda_speaker s"
                " WHERE l.session_id = agenda_session.id AND s.id = l.speaker_id"
            ),
        ),
    ):
        connection.execute(sa.text(f"UPDATE agenda_session SET {name} = COALESCE(({found}), '')"))  # noqa: S608
    op.drop_table("agenda_session_speaker")
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.drop_index(op.f("ix_agenda_session_room_id"))
        for check in ("minutes", "placed", "capacity"):
            batch.drop_constraint(op.f(f"ck_agenda_session_{check}"), type_="check")
        batch.drop_constraint(op.f("fk_agenda_session_room_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_agenda_session_material_id"), type_="foreignkey")
        for name in ("words", "minutes", "room_id", "material_link", "material_id", "capacity", "language"):
            batch.drop_column(name)
        for name in ("room", "speaker"):
            batch.alter_column(name, server_default=None)
        batch.alter_column("starts_wall", existing_type=sa.String(19), nullable=False)
        for name in ("starts_at", "ends_at"):
            batch.alter_column(
                name, existing_type=peer_visits.storage.types.Moment(timezone=True), nullable=False
            )
    for table in ("agenda_speaker", "agenda_room", "agenda_plan"):
        op.drop_table(table)
