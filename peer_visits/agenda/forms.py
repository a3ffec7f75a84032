"""The form of a session."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, IntegerField, TimeField
from wtforms.validators import ValidationError

from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.services import SessionContent
from peer_visits.agenda.states import SessionKind
from peer_visits.web.forms import Between, Required, VersionedForm, choice, line, text, typed

KINDS = {
    SessionKind.WELCOME: _l("Welcome"),
    SessionKind.HOST_INTRODUCTION: _l("Host introduction"),
    SessionKind.SITE_VISIT: _l("Site visit"),
    SessionKind.VIDEO_VISIT: _l("Video visit"),
    SessionKind.EXPERT_INPUT: _l("Expert input"),
    SessionKind.ROUND_TABLE: _l("Round table"),
    SessionKind.BREAKOUT: _l("Breakout groups"),
    SessionKind.PEER_REVIEW: _l("Peer review"),
    SessionKind.TRANSFER_PLANNING: _l("Transfer planning"),
    SessionKind.SOCIAL: _l("Social"),
    SessionKind.BREAK: _l("Break"),
}


class SessionForm(VersionedForm):
    """One session; the times are those of the visit's zone, which the page names."""

    title = line(_l("Title"))
    kind = choice(
        _l("Kind of session"), [("", _l("Choose one")), *((kind.value, name) for kind, name in KINDS.items())]
    )
    day = DateField(_l("Day"), validators=[Required(_l("Choose the day."))])
    starts_at = TimeField(_l("Begins at"), validators=[Required(_l("Say when it begins, such as 10:30."))])
    minutes = IntegerField(
        _l("Length in minutes"),
        default=60,
        validators=[
            Required(_l("Say how many minutes it takes.")),
            Between(1, 1440, _l("Write a number of minutes from 1 to 1440.")),
        ],
    )
    speaker = line(_l("Speaker"), required=False)
    room = line(_l("Room or place"), required=False)
    online_link = line(
        _l("Online link"),
        required=False,
        limit=500,
        description=_l("Only participants get it, in their calendar and by mail. It is on no public page."),
    )
    text = text(_l("What it is about"), required=False)

    def validate_online_link(self, field: Field) -> None:
        """A link that can be followed, over https or http alone."""
        if field.data and not _can_be_followed(str(field.data)):
            raise ValidationError(_("Write the whole link, such as https://meet.example.org/room."))

    def content(self) -> SessionContent:
        """What was typed, as the service takes it."""
        return SessionContent(
            kind=SessionKind(typed(self.kind)),
            title=typed(self.title),
            wall=datetime.combine(self.day.data, self.starts_at.data),  # type: ignore[arg-type]
            minutes=int(self.minutes.data or 0),
            text=typed(self.text),
            room=typed(self.room),
            speaker=typed(self.speaker),
            online_link=typed(self.online_link),
        )


def _can_be_followed(link: str) -> bool:
    try:
        parts = urlsplit(link)
        return parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:  # brackets that hold no address
        return False


def session_form(item: AgendaSession | None, default_day: Any) -> SessionForm:
    """The form, empty on the visit's first day or filled with a session."""
    if item is None:
        return SessionForm(data={"version": 0, "day": default_day})
    wall = datetime.fromisoformat(item.starts_wall)
    names = ("title", "kind", "text", "room", "speaker", "online_link", "version")
    return SessionForm(
        data={
            **{name: getattr(item, name) for name in names},
            "day": wall.date(),
            "starts_at": wall.time(),
            "minutes": int((item.ends_at - item.starts_at).total_seconds() // 60),
        }
    )
