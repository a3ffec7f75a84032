"""Forms for giving roles."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from peer_visits.calls.models import Programme
from peer_visits.roles.services import GivenRole
from peer_visits.visits.models import Visit
from peer_visits.web.forms import Form, Required, address, options, typed

ROLE_NAMES = {
    GivenRole.ADMINISTRATOR: _l("Administrator"),
    GivenRole.ORGANISER: _l("Organiser"),
    GivenRole.LEAD: _l("Lead of the host team"),
    GivenRole.REVIEWER: _l("Reviewer in the host team"),
    GivenRole.EXPERT: _l("External expert in the host team"),
    GivenRole.AUTHOR: _l("Author of the analytical document"),
}


class GrantForm(Form):
    """A role for the account of an address."""

    email = address(_l("E-mail address of the account"), is_own=False)
    what = SelectField(_l("Role"), validators=[Required(_l("Choose a role."))])

    def chosen(self) -> tuple[GivenRole, uuid.UUID | None]:
        """The role, and the programme or visit it is for."""
        return parse_role(typed(self.what))


class RevokeForm(Form):
    """A role to be taken from somebody."""

    person = HiddenField(validators=[Required()])
    what = HiddenField(validators=[Required()])


def parse_role(value: str) -> tuple[GivenRole, uuid.UUID | None]:
    """`role:subject` as two values. Raises ValueError for anything else."""
    role, _colon, subject = value.partition(":")
    return GivenRole(role), uuid.UUID(subject) if subject else None


def grant_form(
    programmes: Sequence[Programme], visits: Sequence[Visit], *, is_administrator: bool
) -> GrantForm:
    """The form with the roles this person may give."""
    form = GrantForm()
    shown = options([("", _("Choose one"))], group=_("Choose one"))
    if is_administrator:
        administration = [(GivenRole.ADMINISTRATOR.value, ROLE_NAMES[GivenRole.ADMINISTRATOR])]
        shown += options(administration, group=_("Administration"))
        organisers = [_choice(GivenRole.ORGANISER, one.id, one.name) for one in programmes]
        shown += options(organisers, group=_("Programmes"))
    for role in (GivenRole.LEAD, GivenRole.REVIEWER, GivenRole.EXPERT, GivenRole.AUTHOR):
        given = [_choice(role, one.id, f"{one.place} ({one.call.title})") for one in visits]
        shown += options(given, group=str(ROLE_NAMES[role]))
    form.what.choices = shown
    return form


def _choice(role: GivenRole, subject_id: uuid.UUID, where: str) -> tuple[str, Any]:
    return f"{role.value}:{subject_id}", f"{ROLE_NAMES[role]}: {where}"
