"""The form of a session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, FileField, SelectField, TimeField
from wtforms.validators import Optional, StopValidation, ValidationError

from peer_visits.accounts.forms import language_choices
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.services.sessions import SessionContent
from peer_visits.agenda.states import SessionKind
from peer_visits.storage.base import LINE
from peer_visits.visits.models import Visit
from peer_visits.web.formats import language as language_name
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import VersionedForm, choice, line, options, text, typed, whole

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
_BETWEEN_NAMES = re.compile(r"[,;\n]")


def _language_choices() -> list[Any]:
    return options([("", _("That of the visit")), *language_choices(reader_locale())])


class _Together:
    """Refuses an empty field beside one that is filled in."""

    def __init__(self, other: str, message: Any) -> None:
        self.other, self.message = other, message

    def __call__(self, form: Any, field: Field) -> None:
        is_empty = not (field.raw_data and str(field.raw_data[0]).strip())
        if is_empty and form[self.other].data is not None:
            field.errors = []  # an empty field is not one that cannot be read
            raise StopValidation(str(self.message))


class SessionForm(VersionedForm):
    """One session; the times are those of the visit's zone, which the page names.

    A form for a visit with further languages has title and text in each of them, as `title_fr`, `text_fr`.
    """

    languages: tuple[str, ...] = ()

    title = line(_l("Title"))
    kind = choice(
        _l("Kind of session"), [("", _l("Choose one")), *((kind.value, name) for kind, name in KINDS.items())]
    )
    day = DateField(
        _l("Day"),
        validators=[_Together("starts_at", _l("Choose the day, or leave the time empty too.")), Optional()],
    )
    starts_at = TimeField(
        _l("Begins at"),
        validators=[
            _Together("day", _l("Say when it begins, such as 10:30, or leave the day empty too.")),
            Optional(),
        ],
        description=_l("Leave day and time empty to place the session later, on the board."),
    )
    minutes = whole(_l("Length in minutes"), 1, 1440, default=60)
    speaker = line(
        _l("Speakers"),
        required=False,
        limit=1000,
        render_kw={"list": "speakers", "autocomplete": "off"},
        description=_l("Names, with commas between them. You invite people on the page “Speakers”."),
    )
    room = line(_l("Room or place"), required=False, render_kw={"list": "rooms", "autocomplete": "off"})
    online_link = line(
        _l("Online link"),
        required=False,
        limit=500,
        description=_l(
            "Only participants and the speakers of the session get it, in their calendar and by mail."
        ),
    )
    capacity = whole(_l("For at most"), 1, 10_000, required=False)
    language = SelectField(_l("Language of the session"), choices=_language_choices, default="")
    notes = text(
        _l("Notes for those who run it"),
        required=False,
        description=_l("Only the host team and the speakers see them, on the running sheet."),
    )
    text = text(_l("What it is about"), required=False)
    material_link = line(_l("Link to material"), required=False, limit=500)
    material = FileField(
        _l("Material as a file"),
        description=_l("A PDF or a picture. It is on the public page once the agenda is published."),
        render_kw={"accept": ".pdf,.png,.jpg,.jpeg"},
    )
    drop_material = BooleanField(_l("Take the file away"))

    def validate_speaker(self, field: Field) -> None:
        """Each name fits."""
        if field.data and any(len(name) > LINE for name in self._speakers()):
            raise ValidationError(_("Write names with commas between them, each of at most 200 characters."))

    def validate_online_link(self, field: Field) -> None:
        """A link that can be followed, over https or http alone."""
        _check_link(field)

    def validate_material_link(self, field: Field) -> None:
        """The same."""
        _check_link(field)

    def _speakers(self) -> list[str]:
        return [name.strip() for name in _BETWEEN_NAMES.split(typed(self.speaker)) if name.strip()]

    @property
    def words(self) -> list[tuple[str, Field, Field]]:
        """Name, title field and text field of each further language."""
        return [(language_name(one), self[f"title_{one}"], self[f"text_{one}"]) for one in self.languages]

    def content(self) -> SessionContent:
        """What was typed, as the service takes it."""
        day, start = self.day.data, self.starts_at.data
        return SessionContent(
            kind=SessionKind(typed(self.kind)),
            title=typed(self.title),
            wall=datetime.combine(day, start) if day and start else None,
            minutes=int(self.minutes.data or 0),
            text=typed(self.text),
            words=self._words(),
            room=typed(self.room),
            speakers=self._speakers(),
            online_link=typed(self.online_link),
            material_link=typed(self.material_link),
            capacity=self.capacity.data,
            language=typed(self.language),
            notes=typed(self.notes),
        )

    def _words(self) -> Mapping[str, Mapping[str, str]]:
        return {
            one: {"title": typed(self[f"title_{one}"]), "text": typed(self[f"text_{one}"])}
            for one in self.languages
        }


def _check_link(field: Field) -> None:
    if field.data and not _can_be_followed(str(field.data)):
        raise ValidationError(_("Write the whole link, such as https://meet.example.org/room."))


def _can_be_followed(link: str) -> bool:
    try:
        parts = urlsplit(link)
        return parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:  # brackets that hold no address
        return False


def session_form(visit: Visit, item: AgendaSession | None, default_day: date | None = None) -> SessionForm:
    """The form, empty on the visit's first day or filled with a session."""
    form_class = _in_languages([one for one in visit.call.languages if one != visit.language])
    if item is None:
        return form_class(data={"version": 0, "day": default_day})
    wall = datetime.fromisoformat(item.starts_wall) if item.starts_wall else None
    names = (
        "title",
        "kind",
        "text",
        "online_link",
        "material_link",
        "capacity",
        "language",
        "notes",
        "minutes",
        "version",
    )
    return form_class(
        data={
            **{name: getattr(item, name) for name in names},
            **{
                f"{name}_{one}": words.get(name)
                for one, words in item.words.items()
                for name in ("title", "text")
            },
            "room": item.room_name,
            "speaker": item.speaker_names,
            "day": wall.date() if wall else None,
            "starts_at": wall.time() if wall else None,
        }
    )


def _in_languages(languages: list[str]) -> type[SessionForm]:
    fields: dict[str, Any] = {"languages": tuple(languages)}
    for one in languages:
        fields[f"title_{one}"] = line(_("Title in %(language)s", language=language_name(one)), required=False)
        fields[f"text_{one}"] = text(
            _("What it is about, in %(language)s", language=language_name(one)), required=False
        )
    return type("SessionFormInLanguages", (SessionForm,), fields)
