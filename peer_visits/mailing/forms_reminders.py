"""The form of a call's reminders: for each whether it is sent, so many hours from its moment, how late it may come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field

from peer_visits.outbox.reminders import FARTHEST, Reminder, Setting
from peer_visits.web.forms import Form, whole


class RemindersForm(Form):
    """Made by `reminders_form`, which adds the fields of each reminder."""

    reminders: tuple[Reminder, ...] = ()

    def fields_of(self, reminder: Reminder) -> list[Field]:
        """Whether, when, how late."""
        return [cast(Field, self[f"{part}_{_key(reminder)}"]) for part in ("on", "hours", "late")]

    @property
    def settings(self) -> list[Setting]:
        """What was typed; the sign comes from the reminder: before its moment, or after."""
        found = []
        for one in self.reminders:
            is_on, hours, late = (field.data for field in self.fields_of(one))
            found.append(Setting(one.name, -hours if one.hours < 0 else hours, late, is_on=bool(is_on)))
        return found


def reminders_form(reminders: Iterable[Reminder]) -> RemindersForm:
    """The form of these reminders, with how they are now."""
    fields: dict[str, Any] = {"reminders": tuple(reminders)}
    data: dict[str, Any] = {}
    for one in fields["reminders"]:
        key, when = _key(one), _l("Hours before") if one.hours < 0 else _l("Hours after")
        fields |= {
            f"on_{key}": BooleanField(_l("Send it")),
            f"hours_{key}": whole(when, 1, FARTHEST),
            f"late_{key}": whole(_l("At most so many hours late"), 1, FARTHEST),
        }
        data |= {f"on_{key}": one.is_on, f"hours_{key}": abs(one.hours), f"late_{key}": one.late_hours}
    return type("CallReminders", (RemindersForm,), fields)(data=data)  # type: ignore[no-any-return]


def _key(reminder: Reminder) -> str:
    return reminder.name.replace(".", "_")
