"""Forms of taking reports in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, MultipleFileField

from peer_visits.web.forms import Form


class ChooseForm(Form):
    """The table, the documents, or both."""

    table = FileField(
        _l("The table"),
        description=_l(
            "CSV or XLSX, heads in the first row. Without it each file is the report of the visit it is named after."
        ),
        render_kw={"accept": ".csv,.xlsx,text/csv"},
    )
    files = MultipleFileField(
        _l("The documents"),
        description=_l("As many PDFs as you like, each named as the table says or like its visit."),
        render_kw={"accept": "application/pdf,.pdf"},
    )


class TakeInForm(Form):
    """The last word: what was looked at, and how many wrong lines are left out, as they were seen."""

    bundle = HiddenField()
    wrong = HiddenField()
    leave_out = BooleanField(_l("Leave out the wrong lines"))

    @property
    def left_out(self) -> int:
        """The number of wrong lines seen, if they may be left out; 0 otherwise."""
        typed = str(self.wrong.data or "0")
        return int(typed) if self.leave_out.data and typed.isascii() and typed.isdigit() else 0
