"""Forms of speakers, of their answers, of rooms and hours, and of how an agenda begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    RadioField,
    StringField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Email, Optional, StopValidation, ValidationError

from peer_visits.agenda.models import AgendaPlan, AgendaRoom, AgendaSpeaker
from peer_visits.agenda.services.rooms import RoomContent
from peer_visits.agenda.services.speakers import SpeakerContent
from peer_visits.kernel.text import normal_address
from peer_visits.kernel.zones import is_zone
from peer_visits.storage.base import ADDRESS
from peer_visits.web.forms import Form, Required, VersionedForm, line, options, text, typed, whole

SPARE_ROWS = 3


class SpeakerForm(VersionedForm):
    """What host or organiser know about a speaker."""

    name = line(_l("Name"))
    organisation = line(_l("Organisation"), required=False)
    email = StringField(
        _l("E-mail address"),
        filters=[lambda value: normal_address(value or "")],
        validators=[Optional(), Email(_l("Write an e-mail address such as name@example.org."))],
        render_kw={"maxlength": ADDRESS, "inputmode": "email"},
        description=_l("For the invitation. It is shown to host and organiser alone."),
    )
    is_host_staff = BooleanField(_l("Belongs to the host’s own staff"))

    def content(self) -> SpeakerContent:
        """What was typed, as the service takes it."""
        return SpeakerContent(
            name=typed(self.name),
            email=typed(self.email) or None,
            organisation=typed(self.organisation),
            is_host_staff=bool(self.is_host_staff.data),
        )


def speaker_form(speaker: AgendaSpeaker | None) -> SpeakerForm:
    """The form, empty or filled."""
    names = ("name", "organisation", "email", "is_host_staff", "version")
    return SpeakerForm(data={name: getattr(speaker, name) for name in names} if speaker else {"version": 0})


def _whole_row(form: Any, field: Field) -> None:
    """A row is whole, and ends after it begins; one without times says nothing."""
    starts, ends = form.starts, field
    if not any(one.data or one.errors for one in (starts, ends)):
        return
    if not (form.day.data and starts.data and ends.data):
        raise StopValidation(_("Fill in day, from and until, or leave both times empty."))
    if ends.data <= starts.data:
        raise StopValidation(_("The time you can ends after it begins."))


class WindowForm(PlainForm):
    """From when until when somebody can, on one day; a row without times says nothing."""

    day = DateField(_l("Day"), validators=[Optional()])
    starts = TimeField(_l("From"), validators=[Optional()])
    ends = TimeField(_l("Until"), validators=[_whole_row, Optional()])


class SpeakingForm(Form):
    """A speaker's answer."""

    comes = RadioField(
        _l("Can you come?"),
        choices=options([("yes", _l("Yes, I will be there")), ("no", _l("No, I cannot"))]),
        validators=[Required(_l("Choose one."))],
    )
    zone = line(
        _l("Your time zone"),
        render_kw={"list": "zones", "autocomplete": "off"},
        description=_l("The times below are those of your own clock."),
    )
    windows = FieldList(FormField(WindowForm), max_entries=60)
    biography = text(
        _l("About you"), required=False, limit=2000, description=_l("A few sentences for participants.")
    )
    picture = FileField(
        _l("Your picture"),
        description=_l("PNG or JPEG. What your camera noted, such as the place, is taken out."),
        render_kw={"accept": ".png,.jpg,.jpeg"},
    )
    drop_picture = BooleanField(_l("Take the picture away"))
    consents = BooleanField(
        _l(
            "These sentences and the picture may be shown on the public page of the visit. I can take this back here."
        )
    )

    def validate_zone(self, field: Field) -> None:
        """Only zones that exist."""
        if field.data and not is_zone(field.data):
            raise ValidationError(_("Choose a zone from the list, such as Europe/Brussels."))

    def said_windows(self) -> list[list[str]]:
        """The times as they are kept."""
        return [
            [row.day.data.isoformat(), f"{row.starts.data:%H:%M}", f"{row.ends.data:%H:%M}"]
            for row in (entry.form for entry in self.windows)
            if row.day.data and row.starts.data and row.ends.data
        ]


def speaking_form(speaker: AgendaSpeaker, days: Sequence[Any]) -> SpeakingForm:
    """The form, with what was answered before; else a row for each day of the visit."""
    rows = [{"day": _day(one[0]), "starts": _time(one[1]), "ends": _time(one[2])} for one in speaker.windows]
    rows += [{"day": day} for day in days if day.isoformat() not in {one[0] for one in speaker.windows}]
    comes = {"confirmed": "yes", "declined": "no"}.get(speaker.state.value)
    return SpeakingForm(
        data={
            "comes": comes,
            "zone": speaker.zone,
            "windows": [*rows, *({} for _spare in range(SPARE_ROWS))],
            "biography": speaker.biography,
            "consents": speaker.consented_at is not None,
        }
    )


def _day(value: str) -> date:
    return date.fromisoformat(value)


def _time(value: str) -> time:
    return time.fromisoformat(value)


class RoomForm(PlainForm):
    """One room; without a name it goes."""

    known = HiddenField()
    name = line(_l("Name"), required=False)
    place = line(_l("Where it is"), required=False)
    capacity = whole(_l("Holds"), 1, 10_000, required=False)


class RoomsForm(Form):
    """Every room of a visit, and some empty rows."""

    rooms = FieldList(FormField(RoomForm), max_entries=200)

    def contents(self) -> list[RoomContent]:
        """What was typed, as the service takes it."""
        return [
            RoomContent(typed(row.known), typed(row.name), typed(row.place), row.capacity.data)
            for row in (entry.form for entry in self.rooms)
        ]


def rooms_form(rooms: Sequence[AgendaRoom]) -> RoomsForm:
    """The form, filled with the rooms there are."""
    rows: list[dict[str, Any]] = [
        {"known": str(room.id), "name": room.name, "place": room.place, "capacity": room.capacity}
        for room in rooms
    ]
    return RoomsForm(data={"rooms": [*rows, *({} for _spare in range(SPARE_ROWS))]})


class WayForm(PlainForm):
    """How long the way between two places takes."""

    one = HiddenField()
    other = HiddenField()
    minutes = whole(_l("Minutes"), 0, 600, required=False)


class HoursForm(Form):
    """Which hours the board shows, and how long ways take."""

    opens = TimeField(_l("The day begins at"), validators=[Required(_l("Say when the day begins."))])
    closes = TimeField(_l("The day ends at"), validators=[Required(_l("Say when the day ends."))])
    travel_minutes = whole(
        _l("Minutes between two places"), 0, 600, description=_l("Where nothing else is said below.")
    )
    ways = FieldList(FormField(WayForm), max_entries=500)

    def travel(self) -> list[list[Any]]:
        """The ways that are known, as they are kept."""
        return [
            [typed(row.one), typed(row.other), row.minutes.data]
            for row in (entry.form for entry in self.ways)
            if row.minutes.data is not None
        ]


def hours_form(plan: AgendaPlan, places: Sequence[str]) -> HoursForm:
    """The form, with a row for each pair of places."""
    known = {frozenset((one, other)): minutes for one, other, minutes in plan.travel}
    pairs = [(one, other) for at, one in enumerate(places) for other in places[at + 1 :]]
    return HoursForm(
        data={
            "opens": _clock(plan.opens),
            "closes": _clock(plan.closes),
            "travel_minutes": plan.travel_minutes,
            "ways": [
                {"one": one, "other": other, "minutes": known.get(frozenset((one, other)))}
                for one, other in pairs[:500]
            ],
        }
    )


def _clock(minutes: int) -> time:
    return time(min(minutes, 1439) // 60, min(minutes, 1439) % 60)


def minutes_of(clock: time) -> int:
    """Minutes after midnight; a day that ends a minute before midnight ends at midnight."""
    minutes = clock.hour * 60 + clock.minute
    return 1440 if minutes == 1439 else minutes
