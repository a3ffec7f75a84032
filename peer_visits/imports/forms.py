"""Forms of an import."""

from __future__ import annotations

from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, SelectField

from peer_visits.imports.models import ImportFile
from peer_visits.imports.rules.context import Context
from peer_visits.kernel.text import in_language
from peer_visits.web.formats import ordinal
from peer_visits.web.forms import Form, VersionedForm, options

_WORDS = {
    "name": _l("Name"),
    "email": _l("E-mail address"),
    "organisation": _l("Organisation"),
    "kind": _l("Kind of organisation"),
    "country": _l("Country"),
    "sent": _l("When it was sent"),
    "substitute_name": _l("Name of the substitute"),
    "substitute_email": _l("E-mail address of the substitute"),
}


class UploadForm(Form):
    """The table."""

    file = FileField(
        _l("The table"),
        description=_l("CSV or XLSX, heads in the first row, at most 5,000 rows and 10 MB."),
        render_kw={"accept": ".csv,.xlsx,text/csv"},
    )


class MappingForm(VersionedForm):
    """What each column stands for."""

    width = 0
    is_relaxed = BooleanField(_l("Take rows in though required answers are missing; the log says so"))

    @property
    def columns(self) -> list[SelectField]:
        """One field for each column."""
        return [cast(SelectField, self[f"column_{at}"]) for at in range(self.width)]

    def mapping(self) -> dict[str, str]:
        """Column number -> target, without the columns that stand for nothing."""
        return {str(at): str(field.data) for at, field in enumerate(self.columns) if field.data}


def mapping_form(started: ImportFile, context: Context) -> MappingForm:
    """The columns as they are mapped so far."""
    choices = [("", _("nothing")), *((target, target_words(target, context)) for target in context.targets())]
    fields: dict[str, Any] = {"width": len(started.headers)}
    for at, head in enumerate(started.headers):
        fields[f"column_{at}"] = SelectField(head or _("Column %(n)s", n=at + 1), choices=options(choices))
    data = {"version": started.version, "is_relaxed": started.is_relaxed}
    data |= {f"column_{at}": started.mapping.get(str(at), "") for at in range(len(started.headers))}
    return cast(MappingForm, type("TableMappingForm", (MappingForm,), fields)(data=data))


def target_words(target: str, context: Context) -> str:
    """What a column stands for, in words."""
    if target in _WORDS:
        return str(_WORDS[target])
    kind, _underscore, rest = target.partition("_")
    if kind == "visit":
        return str(_("%(rank)s choice", rank=ordinal(int(rest))))
    if kind == "why":
        return str(_("%(rank)s choice: why", rank=ordinal(int(rest))))
    label = next(
        (
            in_language(one.definition.labels, "en")
            for one in context.questionnaire.all()
            if one.id.hex == rest
        ),
        target,
    )
    return label if kind == "q" else _("%(rank)s choice: %(label)s", rank=ordinal(int(kind[1:])), label=label)


class TakeInForm(VersionedForm):
    """The last word: how many faulty rows are left out, as they were seen."""

    faulty = HiddenField()
    leave_out = BooleanField(_l("Leave out the faulty rows"))

    @property
    def left_out(self) -> int:
        """The number of faulty rows seen, if they may be left out; 0 otherwise."""
        typed = str(self.faulty.data or "0")
        return int(typed) if self.leave_out.data and typed.isascii() and typed.isdigit() else 0
