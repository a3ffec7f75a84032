"""Forms about what is held: erasing, keeping, showing oneself to others."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, PasswordField
from wtforms.validators import ValidationError

from peer_visits.accounts.passwords import password_matches
from peer_visits.kernel.text import normal_address
from peer_visits.privacy.rules import LONGEST_WARNING, USUAL, USUAL_WARNING, Outcome
from peer_visits.web.forms import Form, VersionedForm, line, password, typed, whole


class EraseForm(Form):
    """The last word: the address typed out, the password if there is one, and a tick."""

    email = line(_l("Your e-mail address, typed out"))
    present: Any = password(_l("Your password"))
    sure = BooleanField(_l("I know that nobody can bring this back"))

    def __init__(self, *, own_email: str, password_hash: str | None) -> None:
        super().__init__()
        self.own_email, self.password_hash = own_email, password_hash
        if password_hash is None:
            del self.present  # who signs in by mailed links has proved the address already

    def validate_email(self, field: Field) -> None:
        """It has to be their own."""
        if normal_address(field.data or "") != self.own_email:
            raise ValidationError(_("This is not the address of your account. Type it as it stands above."))

    def validate_present(self, field: PasswordField) -> None:
        """It has to be right."""
        if not password_matches(self.password_hash, field.data or ""):
            raise ValidationError(_("This is not your password."))

    def validate_sure(self, field: Field) -> None:
        """Nobody is erased by a slip."""
        if not field.data:
            raise ValidationError(_("Tick this if you are sure."))


def _months(label: Any) -> IntegerField:
    return whole(label, 1, 240)


class LimitsForm(VersionedForm):
    """How long a call keeps applications, in months after it has closed."""

    draft = _months(_l("Drafts that were never sent"))
    withdrawn = _months(_l("Withdrawn applications"))
    refused = _months(_l("Applications without a place"))
    placed = _months(_l("Applications with a place"))
    warn_days = whole(
        _l("How long before people are told by mail"),
        0,
        LONGEST_WARNING.days,
        description=_l(
            "With what is deleted and how to download it. Nothing goes sooner than that after these limits are saved. "
            "0: nobody is told."
        ),
    )
    takes_accounts = BooleanField(
        _l("Erase an account with the last of its applications"),
        description=_l("Only if it has no role, no place to come, and nobody has used it for half a year."),
    )
    is_held = BooleanField(
        _l("Keep everything for now"),
        description=_l("For a dispute or an audit: nothing is forgotten by itself while this is ticked."),
    )
    held_for = line(_l("Why it is kept"), required=False, limit=300)

    def validate(self, extra_validators: Any = None) -> bool:
        """A hold without a reason is forgotten, and then it lasts for ever."""
        is_valid = bool(super().validate(extra_validators))
        if self.is_held.data and not typed(self.held_for):
            self.held_for.errors = [_("Say why, so that somebody can end it one day.")]
            return False
        return is_valid

    @property
    def months(self) -> dict[Outcome, int]:
        """Months by outcome, as typed."""
        return {one: int(self[str(one)].data) for one in Outcome}


def usual_limits() -> dict[str, Any]:
    """What the form begins with."""
    months = {str(one): number for one, number in USUAL.items()}
    return {**months, "warn_days": USUAL_WARNING, "takes_accounts": True, "version": 0}


class ShowMeForm(Form):
    """What other participants of a visit may see of somebody."""

    shows_name = BooleanField(
        _l("Other participants of this visit may see my name, organisation and country"),
    )
    shows_address = BooleanField(_l("They may also see my e-mail address, to write to me"))

    def validate_shows_address(self, field: Field) -> None:
        """An address alone would be nobody's."""
        if field.data and not self.shows_name.data:
            raise ValidationError(_("Tick the first box, too: an address is shown beside its name."))
