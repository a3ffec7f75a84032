"""Forms of analytical documents."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField
from wtforms.validators import Optional

from peer_visits.accounts.forms import language_choices
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.services import DocumentContent
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import VersionedForm, choice, line, text, typed

LICENCES = ("CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC0 1.0")


class DocumentForm(VersionedForm):
    """What is known about a document, and the document itself."""

    title = line(_l("Title"), limit=300)
    authors = line(
        _l("Authors"),
        required=False,
        limit=300,
        description=_l("Names as they should be cited, separated by commas."),
    )
    dated = DateField(_l("Date of the document"), validators=[Optional()])
    language = choice(_l("Language"), lambda: language_choices(reader_locale()))
    licence = line(_l("Licence"), required=False, limit=60, render_kw={"list": "licences"})
    summary = text(_l("Summary"), required=False, description=_l("A few sentences for the library."))
    file = FileField(
        _l("The document"),
        render_kw={"accept": "application/pdf,.pdf"},
    )

    def content(self) -> DocumentContent:
        """What was typed, as the service takes it."""
        return DocumentContent(
            title=typed(self.title),
            authors=typed(self.authors),
            summary=typed(self.summary),
            dated=self.dated.data,
            language=typed(self.language),
            licence=typed(self.licence),
        )


class ReturnForm(VersionedForm):
    """What the authors should change."""

    note = text(_l("What should be changed"), limit=500)


class StepForm(VersionedForm):
    """A step that needs nothing but the version it was seen at."""


def document_form(document: AnalyticalDocument, *, is_sent: bool = True) -> DocumentForm:
    """The form, filled with what is saved; a title is offered from the visit."""
    saved = {name: getattr(document, name) for name in (*_SAVED, "version")}
    values = {**saved, "title": document.title or document.visit.title}
    return DocumentForm(data=values) if is_sent else DocumentForm(formdata=None, data=values)


_SAVED = ("authors", "dated", "language", "licence", "summary")
