"""Sessions of a visit with their rooms and speakers, the moves that placed them, and numbered releases."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.accounts.models import Person
from peer_visits.agenda.states import NotedBy, SearchKind, SessionKind, SpeakerState
from peer_visits.files.models import StoredFile
from peer_visits.searches.models import Search, tied_to_state
from peer_visits.storage.base import ADDRESS, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit

# What the board shows of a day where nobody has said otherwise, in minutes after midnight.
OPENS, CLOSES, CLOSES_ONLINE = 9 * 60, 18 * 60, 13 * 60
TRAVEL = 30  # minutes between two places where nobody has said otherwise
_MAYBE = JSON(none_as_null=True)


class AgendaPlan(Base):
    """The agenda of a visit as a whole: its lock, and the version every change of its board raises.

    `travel` holds what is known of ways: lists of two places and the minutes between them.
    """

    __tablename__ = "agenda_plan"
    __table_args__ = (
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="hours"),
        CheckConstraint("travel_minutes BETWEEN 0 AND 600", name="travel_minutes"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    opens: Mapped[int] = mapped_column(default=OPENS)
    closes: Mapped[int] = mapped_column(default=CLOSES)
    travel_minutes: Mapped[int] = mapped_column(default=TRAVEL)
    travel: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    # Whether everybody may read what is published; else those who take part, speak, host or organise.
    is_public: Mapped[bool] = mapped_column(default=False)
    # How breakout groups were wished for last, as `breaking_out.Wish` writes it.
    breakouts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AgendaRoom(Identified, Versioned, Base):
    """A room or place of a visit; rooms of one place are no way apart."""

    __tablename__ = "agenda_room"
    __table_args__ = (
        UniqueConstraint("visit_id", "name_key"),
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="capacity"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    name: Mapped[str]
    # The name as it is compared.
    name_key: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None]


class AgendaSpeaker(Identified, Versioned, Base):
    """Somebody who speaks or helps at a visit, with or without an account.

    `windows` are the times they can, by the wall clock of their own zone: lists of day, from and until.
    The biography and the picture are shown to others only once `consented_at` is set.
    """

    __tablename__ = "agenda_speaker"
    __table_args__ = (
        UniqueConstraint("visit_id", "name_key"),
        CheckConstraint("(state = 'listed') OR (email IS NOT NULL)", name="invited_by_mail"),
        fits("biography"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str | None] = mapped_column(String(ADDRESS))
    organisation: Mapped[str] = mapped_column(default="")
    is_host_staff: Mapped[bool] = mapped_column(default=False)
    state: Mapped[SpeakerState] = mapped_column(
        state_type(SpeakerState, "speaker_state"), default=SpeakerState.LISTED
    )
    zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8), default="en")
    windows: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    biography: Mapped[str] = long_text(default="")
    picture_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    consented_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    invited_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    picture: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


SESSION_SPEAKER = Table(
    "agenda_session_speaker",
    Base.metadata,
    Column("session_id", ForeignKey("agenda_session.id", ondelete="CASCADE"), primary_key=True),
    Column("speaker_id", ForeignKey("agenda_speaker.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Spoken:
    """What is said of a session, be it the record or its values on a board: both have these fields."""

    __slots__ = ()

    @property
    def breakout_groups(self: Any) -> list[list[str]]:
        """Its groups, as long as it is a session to split up in."""
        return self.groups if self.kind is SessionKind.BREAKOUT else []

    @property
    def room_name(self: Any) -> str:
        """The room, if one is named."""
        return self.room.name if self.room else ""

    @property
    def speaker_names(self: Any) -> str:
        """Everybody who speaks, as one line."""
        return ", ".join(one.name for one in self.speakers)


class AgendaSession(Spoken, Identified, Versioned, Base):
    """One session. The wall time in the visit's zone is the promise, the moments are derived.

    One that is not placed yet has none of them. `words` holds title and text in further languages, by code.
    """

    __tablename__ = "agenda_session"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint(
            "(starts_at IS NULL) = (ends_at IS NULL) AND (starts_at IS NULL) = (starts_wall IS NULL)",
            name="placed",
        ),
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="capacity"),
        Index("ix_agenda_session_visit", "visit_id", "starts_at"),
        fits("text"),
        fits("notes"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    kind: Mapped[SessionKind] = mapped_column(state_type(SessionKind, "session_kind"))
    title: Mapped[str]
    text: Mapped[str] = long_text(default="")
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    minutes: Mapped[int]
    starts_wall: Mapped[str | None] = mapped_column(String(19))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    room_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agenda_room.id"), index=True)
    online_link: Mapped[str] = mapped_column(String(500), default="")
    material_link: Mapped[str] = mapped_column(String(500), default="")
    material_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    capacity: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(8), default="")
    # Breakout groups: the ids of their people, group after group.
    groups: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    sequence: Mapped[int] = mapped_column(default=0)
    # For whoever runs the session: host team and speakers, on the running sheet alone.
    notes: Mapped[str] = long_text(default="")

    visit: Mapped[Visit] = relationship(lazy="raise_on_sql")
    room: Mapped[AgendaRoom | None] = relationship(lazy="joined")
    material: Mapped[StoredFile | None] = relationship(lazy="joined")
    speakers: Mapped[list[AgendaSpeaker]] = relationship(
        secondary=SESSION_SPEAKER, lazy="selectin", order_by="AgendaSpeaker.name_key", passive_deletes=True
    )


class Attendance(Base):
    """Whether somebody was at a session, and who noted it how. Without a row nobody has noted anything."""

    __tablename__ = "agenda_attendance"
    __table_args__ = (
        CheckConstraint("how <> 'code' OR (was_there AND noted_by = person_id)", name="own_code"),
    )

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agenda_session.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    was_there: Mapped[bool]
    how: Mapped[NotedBy] = mapped_column(state_type(NotedBy, "noted_by"))
    noted_at: Mapped[datetime]
    noted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class AgendaMove(Base):
    """A move that was made on a board, with what takes it back; `number` is the plan's version after it."""

    __tablename__ = "agenda_move"
    __table_args__ = (CheckConstraint("undoes < number", name="undoes"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    # As `moves.as_data` writes them.
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    inverse: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # The earlier move that this one took back.
    undoes: Mapped[int | None]

    actor: Mapped[Person] = relationship(lazy="raise_on_sql")


class AgendaSearch(Search, Base):
    """The latest search of a visit for times or groups: `asked` is what was wanted, of the board at `board_version`."""

    __tablename__ = "agenda_search"
    __table_args__ = tied_to_state("agenda_search")

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    kind: Mapped[SearchKind] = mapped_column(state_type(SearchKind, "search_kind"), primary_key=True)
    asked: Mapped[dict[str, Any]]
    board_version: Mapped[int]


class AgendaRelease(Identified, Base):
    """What was published, whole, as it was: earlier releases stay readable."""

    __tablename__ = "agenda_release"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    content: Mapped[dict[str, Any]]
    # What goes with it to those who take part alone, as `releases.withheld_content` writes it.
    withheld: Mapped[dict[str, Any]] = mapped_column(default=dict)
