"""Forms of analytical documents."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, FileField
from wtforms.validators import Optional, ValidationError

from peer_visits.accounts.forms import language_choices
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.rules import LONGEST_TOPIC, MOST_TOPICS, is_doi, plain_doi, split_topics
from peer_visits.library.services import DocumentContent
from peer_visits.web.formats import reader_locale
from peer_visits.web.forms import Form, VersionedForm, address, choice, line, text, typed

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
    doi = line(
        _l("DOI"),
        required=False,
        limit=200,
        description=_l("If the document has one, such as 10.5281/zenodo.1234567."),
    )
    topics = line(
        _l("Topics"),
        required=False,
        limit=300,
        description=_l(
            "Two or three, separated by commas, worded as other documents in the library have them."
        ),
    )
    summary = text(_l("Summary"), required=False, description=_l("A few sentences for the library."))
    file = FileField(
        _l("The document"),
        render_kw={"accept": "application/pdf,.pdf"},
    )

    def validate_doi(self, field: Field) -> None:
        """A DOI, however it was copied, is kept without the address before it."""
        if not field.data:
            return
        field.data = plain_doi(field.data)
        if not is_doi(field.data):
            raise ValidationError(_("A DOI looks like 10.5281/zenodo.1234567."))

    def validate_topics(self, field: Field) -> None:
        """Few and short."""
        topics = split_topics(field.data or "")
        if len(topics) > MOST_TOPICS:
            raise ValidationError(_("Name at most %(n)s topics.", n=MOST_TOPICS))
        if any(len(topic) > LONGEST_TOPIC for topic in topics):
            raise ValidationError(_("A topic has at most %(n)s characters.", n=LONGEST_TOPIC))

    def content(self) -> DocumentContent:
        """What was typed, as the service takes it."""
        return DocumentContent(
            title=typed(self.title),
            authors=typed(self.authors),
            summary=typed(self.summary),
            dated=self.dated.data,
            language=typed(self.language),
            licence=typed(self.licence),
            doi=typed(self.doi),
            topics=tuple(split_topics(typed(self.topics))),
        )


class ReturnForm(VersionedForm):
    """What the authors should change."""

    note = text(_l("What should be changed"), limit=500)


class AuthorForm(Form):
    """Somebody who is to write the report."""

    email = address(_l("E-mail address of the account"), is_own=False)


class DueForm(VersionedForm):
    """The day by which the report is due."""

    due_on = DateField(
        _l("Due on"),
        validators=[Optional()],
        description=_l("Left empty, it follows the last day of the visit."),
    )


class StepForm(VersionedForm):
    """A step that needs nothing but the version it was seen at."""


def document_form(document: AnalyticalDocument, *, is_sent: bool = True) -> DocumentForm:
    """The form, filled with what is saved; a title is offered from the visit."""
    saved = {name: getattr(document, name) for name in (*_SAVED, "version")}
    topics = ", ".join(one.topic for one in document.topics)
    values = {**saved, "title": document.title or document.visit.title, "topics": topics}
    return DocumentForm(data=values) if is_sent else DocumentForm(formdata=None, data=values)


_SAVED = ("authors", "dated", "doi", "language", "licence", "summary")
