"""What agendas hold about people: who speaks, who was there, and secret addresses of calendars."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, Select, select

from peer_visits.accounts.models import ConsentLine
from peer_visits.agenda.feeds.models import CalendarFeed
from peer_visits.agenda.models import (
    AgendaMove,
    AgendaRelease,
    AgendaRoom,
    AgendaSearch,
    AgendaSession,
    AgendaSpeaker,
    Attendance,
)
from peer_visits.kernel.text import phrase
from peer_visits.storage.personal import WITH_ACCOUNT, WITH_CALL, Field, Holding, Mention, Whose


def _speakers(whose: Whose) -> Select[uuid.UUID]:
    return select(AgendaSpeaker.id).where(AgendaSpeaker.email == whose.email, AgendaSpeaker.email != "")


def _consents(whose: Whose) -> ColumnElement[bool]:
    is_speaker = ConsentLine.about_kind == AgendaSpeaker.__tablename__
    return is_speaker & ConsentLine.about_id.in_(_speakers(whose))


HOLDINGS = (
    Holding(
        ConsentLine,
        phrase("What you allowed as a speaker, and took back"),
        _consents,
        (
            Field(
                phrase("The words you were shown, and your answer"),
                phrase("To prove that you were asked, and to do only what you allow."),
                ("words", "language", "is_given", "at"),
            ),
        ),
        phrase("As long as you stand on the agenda."),
    ),
    Holding(
        AgendaSpeaker,
        phrase("Visits at which you speak or help"),
        lambda whose: (AgendaSpeaker.email == whose.email) & (AgendaSpeaker.email != ""),
        (
            Field(
                phrase("Name, address, organisation, language and zone"),
                phrase("To name you on the agenda and to write to you."),
                ("name", "name_key", "email", "organisation", "language", "zone", "is_host_staff"),
            ),
            Field(
                phrase("When you can"),
                phrase("To place your sessions."),
                ("windows",),
            ),
            Field(
                phrase("Biography and picture"),
                phrase("To present you to those who come, once you agree."),
                ("biography", "picture_id", "consented_at"),
            ),
            Field(
                phrase("Your invitation and answer"),
                phrase("To know whether you come."),
                ("state", "digest", "invited_at", "answered_at"),
            ),
        ),
        phrase("As long as the visit, or until you are taken off its agenda."),
    ),
    Holding(
        Attendance,
        phrase("Sessions you were at"),
        lambda whose: Attendance.person_id == whose.person_id,
        (
            Field(
                phrase("Whether you were there, noted how and when"),
                phrase("For your certificate, and to know who came. Stays as a figure."),
                ("session_id", "was_there", "how", "noted_at"),
            ),
        ),
        WITH_CALL,
        through=("person_id",),
        leaves={},
    ),
    Holding(
        CalendarFeed,
        phrase("The secret address of your calendar"),
        lambda whose: CalendarFeed.person_id == whose.person_id,
        (
            Field(
                phrase("A digest of it and when it was made"),
                phrase("So that your calendar program can read your sessions."),
                ("digest", "made_at"),
            ),
        ),
        WITH_ACCOUNT,
        through=("person_id",),
    ),
)
ACTS = frozenset(
    {
        "agenda_attendance.noted_by",
        "agenda_move.actor_id",
        "agenda_release.published_by",
        "agenda_search.asked_by",
    }
)
MENTIONS = (
    Mention(AgendaRelease, ("content", "withheld")),
    Mention(AgendaSession, ("title", "text", "words", "notes")),
)
NOBODY = frozenset(
    {
        "agenda_plan",
        AgendaRoom.__tablename__,
        AgendaSession.__tablename__,
        "agenda_session_speaker",
        AgendaMove.__tablename__,
        AgendaRelease.__tablename__,
        AgendaSearch.__tablename__,
    }
)
