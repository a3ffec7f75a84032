"""The form base: fields that clean and check what is typed, and commands whose refusals stay beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import choices as wtforms_choices
from wtforms.validators import Email, InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import clean_line, clean_text, forbidden_characters, normal_address
from peer_visits.storage.base import ADDRESS, LINE, TEXT
from peer_visits.storage.transaction import writing
from peer_visits.web.formats import say


class Form(FlaskForm):
    """A form with a CSRF token. `refusals` are messages that belong to no single field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[str] = []

    def carry_out(self, command: Callable[[Session], object]) -> bool:
        """Run the command in the one transaction. A refusal becomes an error of the form: False."""
        try:
            with writing() as session:
                command(session)
        except Refused as refusal:
            self.add_refusal(refusal)
            return False
        return True

    def add_refusal(self, refusal: Refused) -> None:
        """Show a refusal at the field it names, or above the form."""
        field = getattr(self, refusal.field, None) if refusal.field else None
        if isinstance(field, Field):
            field.errors = [*field.errors, say(refusal.reason)]
        else:
            self.refusals.append(say(refusal.reason))

    @property
    def has_errors(self) -> bool:
        """Whether anything has to be mended."""
        return bool(self.errors or self.refusals)


class VersionedForm(Form):
    """A form that says which version of the record it was made from."""

    version = HiddenField()

    @property
    def expected_version(self) -> int:
        """The version as sent; 0, which no record has, for anything that is not a number."""
        data = str(self.version.data or "")
        return int(data) if data.isascii() and data.isdigit() and len(data) < 10 else 0


class Required(InputRequired):
    """Something must be typed; blanks alone are nothing."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or _l("Fill this in."))

    def __call__(self, form: Any, field: Field) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            raise StopValidation(str(self.message))


class Between:
    """Refuses numbers outside a range, however many digits they have, and what is no number: one message for all."""

    def __init__(self, lowest: int, highest: int, message: Any) -> None:
        self.lowest, self.highest, self.message = lowest, highest, message

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None or not self.lowest <= field.data <= self.highest:
            field.errors = []
            raise StopValidation(str(self.message))


class Characters:
    """Refuses control characters, direction marks and invisible blanks, naming them."""

    def __init__(self, *, lines: bool = False) -> None:
        self.lines = lines

    def __call__(self, _form: Any, field: Field) -> None:
        found = forbidden_characters(field.data or "", lines=self.lines)
        if found:
            raise StopValidation(
                _(
                    "Remove the invisible characters (%(names)s), perhaps by typing the text again.",
                    names=", ".join(found),
                )
            )


def typed(field: Field) -> str:
    """What a text field holds once it is validated; an optional one may be empty."""
    return str(field.data or "")


def line(label: Any, *, required: bool = True, limit: int = LINE, **kwargs: Any) -> StringField:
    """One line of text."""
    return StringField(
        label,
        filters=[clean_line],
        validators=[_presence(required), Characters(), _at_most(limit)],
        **_with_limit(kwargs, limit),
    )


def text(label: Any, *, required: bool = True, limit: int = TEXT, **kwargs: Any) -> TextAreaField:
    """Several lines of text; a line end counts as one character."""
    return TextAreaField(
        label,
        filters=[clean_text],
        validators=[_presence(required), Characters(lines=True), _at_most(limit)],
        # Counted, not cut: a browser that cuts a pasted text loses words without saying so.
        **{**kwargs, "render_kw": {"data-count": limit, **kwargs.get("render_kw", {})}},
    )


def address(label: Any, *, is_own: bool = True, **kwargs: Any) -> StringField:
    """An e-mail address in its normal form: the reader's own, or somebody else's."""
    return StringField(
        label,
        filters=[lambda value: normal_address(value or "")],
        validators=[
            Required(_l("Write your e-mail address.") if is_own else _l("Write their e-mail address.")),
            Characters(),
            _at_most(ADDRESS),
            Email(_l("Write an e-mail address such as name@example.org.")),
        ],
        **_with_limit(kwargs, ADDRESS),
    )


def password(label: Any, **kwargs: Any) -> PasswordField:
    """A password as typed; 1,000 characters at most so that hashing stays cheap."""
    return PasswordField(label, validators=[Required(_l("Write your password.")), _at_most(1000)], **kwargs)


Pairs = Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]]


def whole(label: Any, lowest: int, highest: int, *, required: bool = True, **kwargs: Any) -> IntegerField:
    """A whole number between two bounds; without `required` it may be left empty."""
    message = _l("Write a whole number from %(low)s to %(high)s.", low=lowest, high=highest)
    presence = Required(message) if required else Optional()
    shown = {"min": lowest, "max": highest, "inputmode": "numeric", **kwargs.pop("render_kw", {})}
    return IntegerField(
        label, validators=[presence, Between(lowest, highest, message)], render_kw=shown, **kwargs
    )


def choice(label: Any, choices: Pairs, **kwargs: Any) -> SelectField:
    """One of a list, perhaps made when it is shown; the first, empty entry asks for a choice."""
    return SelectField(label, choices=_given(choices), validators=[Required(_l("Choose one."))], **kwargs)


def ticks(label: Any, choices: Pairs = (), **kwargs: Any) -> SelectMultipleField:
    """Any of a list, perhaps made when it is shown, as boxes to tick."""
    return SelectMultipleField(
        label,
        choices=_given(choices),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **kwargs,
    )


def _given(choices: Pairs) -> Any:
    return (lambda: options(choices())) if callable(choices) else options(choices)


def options(pairs: Iterable[tuple[Any, Any]], *, group: str | None = None) -> list[Any]:
    """Pairs of value and words as what selects, radio buttons and tick lists are made of, under a heading if any."""
    option: Any = wtforms_choices.SelectChoice  # type: ignore[attr-defined]  # newer than what is known of its types
    return [option(value, words, optgroup=group) for value, words in pairs]


def _presence(required: bool) -> Required | Optional:
    return Required() if required else Optional()


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Write at most %(limit)s characters.", limit=limit))


def _with_limit(kwargs: dict[str, Any], limit: int) -> dict[str, Any]:
    return {**kwargs, "render_kw": {"maxlength": limit, **kwargs.get("render_kw", {})}}
