"""Forms of accounts."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, PasswordField
from wtforms.validators import ValidationError

from peer_visits.accounts.models import OrganisationKind
from peer_visits.accounts.passwords import password_matches
from peer_visits.accounts.rules import SHORTEST_PASSWORD, password_problem
from peer_visits.kernel.zones import is_zone
from peer_visits.outbox.wording.speech import LANGUAGES
from peer_visits.web.formats import reader_locale, say
from peer_visits.web.forms import Form, Required, VersionedForm, address, choice, line, password

KINDS = (
    (OrganisationKind.LOCAL, _l("Local authority")),
    (OrganisationKind.REGIONAL, _l("Regional authority")),
    (OrganisationKind.NATIONAL, _l("National body")),
    (OrganisationKind.CIVIL, _l("Civil society or cultural organisation")),
    (OrganisationKind.OTHER, _l("Other")),
)
# Written as they are read out by people who apply: every country of the world has its two letters.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def country_choices(locale: str) -> tuple[tuple[str, str], ...]:
    """Two letters and name of every country, by name."""
    territories = Locale.parse(locale).territories
    countries = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return tuple(sorted(countries, key=lambda country: country[1]))


@cache
def language_choices(locale: str) -> tuple[tuple[str, str], ...]:
    """Code and name of the languages of programme and hosts."""
    names = Locale.parse(locale).languages
    return tuple((code, names.get(code, code)) for code in LANGUAGES)


class NewPassword(PasswordField):
    """A password being chosen; judged by the rules of accounts."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, validators=[Required(_l("Choose a password.")), _good_password], **kwargs)


def _good_password(form: Any, field: Field) -> None:
    if len(field.data) > 1000:
        raise ValidationError(_("Use at most 1,000 characters."))
    own = getattr(form, "own_email", "") or getattr(getattr(form, "email", None), "data", "") or ""
    problem = password_problem(field.data, own)
    if problem:
        raise ValidationError(say(problem))


def new_password(label: Any) -> NewPassword:
    """A field for a new password."""
    hint = _l("At least %(n)s characters. You may paste it from a password manager.", n=SHORTEST_PASSWORD)
    return NewPassword(label, description=hint)


class RegisterForm(Form):
    """A new account."""

    name = line(_l("Your name"))
    email = address(_l("E-mail address"))
    password = new_password(_l("Password"))


class SignInForm(Form):
    """Address and password."""

    email = address(_l("E-mail address"))
    password = password(_l("Password"))


class ForgottenForm(Form):
    """The address of a forgotten password."""

    email = address(_l("E-mail address"))


class LinkForm(Form):
    """The address to which a link to sign in goes."""

    email = address(_l("E-mail address"))


class ResetForm(Form):
    """A new password, by a mailed link."""

    password = new_password(_l("New password"))


class _OwnPasswordForm(Form):
    """A form that asks for the present password again before something weighty."""

    def __init__(self, *args: Any, password_hash: str | None, own_email: str, **kwargs: Any) -> None:
        self._password_hash = password_hash
        self.own_email = own_email
        super().__init__(*args, **kwargs)

    def validate_present(self, field: Field) -> None:
        """The present password must be right."""
        if not password_matches(self._password_hash, field.data or ""):
            raise ValidationError(_("This is not your present password."))


class PasswordForm(_OwnPasswordForm):
    """A new password, knowing the present one."""

    present = password(_l("Present password"))
    password = new_password(_l("New password"))


class AddressForm(_OwnPasswordForm):
    """A new address, knowing the password."""

    email = address(_l("New e-mail address"))
    present = password(_l("Present password"))


class ProfileForm(VersionedForm):
    """What a person tells about themselves."""

    name = line(_l("Your name"))
    organisation = line(
        _l("Organisation"), description=_l("The body you would come from, as it should stand on a list.")
    )
    organisation_kind = choice(
        _l("Kind of organisation"), [("", _l("Choose one")), *((k.value, t) for k, t in KINDS)]
    )
    country = choice(_l("Country"), lambda: [("", _("Choose one")), *country_choices(reader_locale())])
    language = choice(
        _l("Language"),
        lambda: language_choices(reader_locale()),
        description=_l("Mails to you are written in it. Pages are in English for now."),
    )
    time_zone = line(
        _l("Time zone"),
        limit=64,
        description=_l("Such as Europe/Brussels. Times are shown to you in it, beside the host’s."),
        render_kw={"list": "zones", "autocomplete": "off"},
    )

    def validate_time_zone(self, field: Field) -> None:
        """Only zones that exist."""
        if field.data and not is_zone(field.data):
            raise ValidationError(_("Choose a zone from the list, such as Europe/Brussels."))
