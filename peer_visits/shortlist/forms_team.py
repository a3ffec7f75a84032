"""Forms of the team page, of joining, and of conflicts of interest."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField
from wtforms.validators import ValidationError

from peer_visits.accounts.forms import new_password
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.services.sharing_out import MOST_READERS
from peer_visits.visits.states import HostRole
from peer_visits.web.forms import Form, Required, address, choice, line, options, whole

ROLE_NAMES = {
    HostRole.LEAD: _l("Lead"),
    HostRole.REVIEWER: _l("Reviewer"),
    HostRole.EXPERT: _l("External expert"),
}
ALL, SPLIT = "all", "split"


class InviteForm(Form):
    """An address to be asked into the team."""

    email = address(
        _l("E-mail address"),
        is_own=False,
        description=_l("An account is not needed yet; the link makes one."),
    )
    role = choice(
        _l("Role"),
        [(role.value, ROLE_NAMES[role]) for role in (HostRole.REVIEWER, HostRole.EXPERT, HostRole.LEAD)],
        description=_l(
            "A lead also orders, invites and sends the shortlist. An expert comes from outside and only reads."
        ),
    )


class SplitForm(Form):
    """Everybody reads everything, or each application is read by some."""

    mode = RadioField(
        _l("How the reading is shared"),
        choices=options(
            [(ALL, _l("Everybody reads every application")), (SPLIT, _l("The reading is split evenly"))]
        ),
        validators=[Required(_l("Choose one."))],
    )
    readers = whole(
        _l("Readers for each application"),
        1,
        MOST_READERS,
        required=False,
        description=_l("Two or three make scores worth comparing."),
    )

    def validate_readers(self, field: IntegerField) -> None:
        """A number is needed where the reading is split."""
        if self.mode.data == SPLIT and field.data is None:
            raise ValidationError(_("Write a number."))

    @property
    def readers_per_choice(self) -> int | None:
        """How many read each application; none where everybody does."""
        return self.readers.data if self.mode.data == SPLIT else None


def split_form(shortlist: Shortlist) -> SplitForm:
    """The form, filled with what holds now."""
    readers = shortlist.readers_per_choice
    return SplitForm(formdata=None, data={"mode": SPLIT if readers else ALL, "readers": readers or 2})


class JoinForm(Form):
    """The account of somebody who was invited and has none."""

    own_email = ""
    name = line(_l("Your name"))
    password = new_password(_l("Password"))


class ConflictForm(Form):
    """Whether there is a conflict of interest, and which."""

    answer = RadioField(
        _l("Do you have a conflict of interest here?"),
        choices=options(
            [("no", _l("No, I can judge this application fairly")), ("yes", _l("Yes, I have one"))]
        ),
        validators=[Required(_l("Choose one."))],
    )
    reason = line(
        _l("Which one"), required=False, limit=500, description=_l("Only the organiser reads this.")
    )
