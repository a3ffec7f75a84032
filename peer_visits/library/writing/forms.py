"""Forms of reports that are written here."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l

from peer_visits.library.writing.queries import Written
from peer_visits.library.writing.rules import LONGEST_COMMENT, LONGEST_HEADING
from peer_visits.storage.base import LONG_TEXT
from peer_visits.web.forms import Form, VersionedForm, line, text


class SectionForm(VersionedForm):
    """What a section is called and what it says."""

    heading = line(_l("Heading"), limit=LONGEST_HEADING)
    text = text(_l("Text"), required=False, limit=LONG_TEXT)


class NewSectionForm(Form):
    """A section more."""

    heading = line(_l("Heading of the new section"), limit=LONGEST_HEADING)


class CommentForm(Form):
    """Something to be said about a section or the whole."""

    text = text(_l("Your comment"), limit=LONGEST_COMMENT)


class AnswerForm(Form):
    """What was done about a comment."""

    text = text(_l("Your answer"), limit=LONGEST_COMMENT)


def section_form(written: Written) -> SectionForm:
    """The form, filled with what stands."""
    current = written.current
    values = {"heading": current.heading, "text": current.text, "version": written.section.version}
    return SectionForm(data=values)


def comment_form(section_id: uuid.UUID | None, *, is_sent: bool = False) -> CommentForm:
    """One of the forms of the page for comments; the whole document has its own."""
    prefix = f"about{section_id.hex if section_id else ''}-"
    return CommentForm(prefix=prefix) if is_sent else CommentForm(formdata=None, prefix=prefix)


def answer_form(comment_id: uuid.UUID, *, is_sent: bool = False) -> AnswerForm:
    """The form under one comment."""
    prefix = f"to{comment_id.hex}-"
    return AnswerForm(prefix=prefix) if is_sent else AnswerForm(formdata=None, prefix=prefix)
