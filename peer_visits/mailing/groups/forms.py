"""The form of a group mail. A draft keeps whatever is missing; what is missing is said before it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Email, Optional

from peer_visits.calls.models import Call, Programme
from peer_visits.kernel.text import normal_address
from peer_visits.mailing.groups.mail_texts import WRITTEN
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.rules import AT_FIRST, STATUSES
from peer_visits.mailing.groups.services import GroupContent
from peer_visits.mailing.groups.states import Audience
from peer_visits.mailing.groups.words import AUDIENCES, STATUS_WORDS
from peer_visits.outbox.wording.checking import body_problem, subject_problem
from peer_visits.outbox.wording.definition import Words
from peer_visits.storage.base import ADDRESS, LONG_TEXT
from peer_visits.visits.models import Visit
from peer_visits.web.formats import say
from peer_visits.web.forms import Characters, VersionedForm, line, options, text, ticks, typed


class GroupForm(VersionedForm):
    """Whom it is for, what it says, and what goes along."""

    audience = RadioField(_l("To"), choices=options((one.value, words) for one, words in AUDIENCES.items()))
    where = SelectField(_l("Of which call or visit"))
    applicants = ticks(_l("Whose"), STATUS_WORDS[Audience.APPLICANTS].items())
    participants = ticks(_l("Whose"), STATUS_WORDS[Audience.PARTICIPANTS].items())
    hosts = ticks(_l("In the role of"), STATUS_WORDS[Audience.HOSTS].items())
    subject = line(_l("Subject"), required=False, limit=250)
    body = text(_l("Text"), required=False, limit=LONG_TEXT)
    reply_to = StringField(
        _l("Answers go to"),
        filters=[lambda value: normal_address(value or "")],
        validators=[
            Optional(),
            Characters(),
            Email(_l("Write an e-mail address such as name@example.org.")),
        ],
        render_kw={"maxlength": ADDRESS, "autocomplete": "off"},
    )
    copies_to_team = BooleanField(_l("Copies to the host team of the visit"))
    file = FileField(_l("Add a file"))

    def content(self) -> GroupContent:
        """What was typed."""
        audience = Audience(self.audience.data)
        chosen = {
            Audience.APPLICANTS: self.applicants,
            Audience.PARTICIPANTS: self.participants,
            Audience.HOSTS: self.hosts,
        }
        statuses = chosen[audience].data or [] if audience in chosen else list(STATUSES[audience])
        return GroupContent(
            audience=audience,
            statuses=[str(one) for one in statuses],
            where=uuid.UUID(self.where.data) if self.where.data else None,
            subject=typed(self.subject),
            body=typed(self.body),
            reply_to=typed(self.reply_to),
            copies_to_team=bool(self.copies_to_team.data),
        )

    def add_missing(self, group: GroupMail) -> bool:
        """Say beside each field what is missing before it can be sent; whether anything is."""
        for name, problem in missing(group).items():
            field = self[name]
            field.errors = [*field.errors, problem]
        return self.has_errors


def missing(group: GroupMail) -> dict[str, str]:
    """What has to be mended before a group mail can be sent, by field."""
    found: dict[str, str] = {}
    if not group.subject:
        found["subject"] = _("Write a subject.")
    if not group.body:
        found["body"] = _("Write a text.")
    words = Words(group.subject, group.body)
    for name, problem in (
        ("subject", subject_problem(WRITTEN, words)),
        ("body", body_problem(WRITTEN, words)),
    ):
        if problem:
            found[name] = say(problem)
    if not group.statuses:
        found[group.audience.value] = _("Tick at least one.")
    if group.copies_to_team and group.visit_id is None:
        found["copies_to_team"] = _("Choose one visit, so that its host team can get a copy.")
    return found


class SendForm(VersionedForm):
    """Exactly the people who were shown."""

    mark = HiddenField()
    hold = BooleanField(_l("Hold them in the outbox until I let them go"))


def group_form(
    programme: Programme, calls: Sequence[tuple[Call, Sequence[Visit]]], group: GroupMail | None = None
) -> GroupForm:
    """The form with the calls and visits of a programme, as the draft stands."""
    form = GroupForm(data=_data(programme, group))
    where = options([("", _("All calls and visits"))], group=_("Programme"))
    for call, visits in calls:
        pairs = [(str(call.id), _("All visits of %(call)s", call=call.title))]
        pairs += [(str(visit.id), f"{visit.place}: {visit.title}") for visit in visits]
        where += options(pairs, group=call.title)
    form.where.choices = where
    return form


def _data(programme: Programme, group: GroupMail | None) -> dict[str, Any]:
    at_first = {one.value: list(AT_FIRST[one]) for one in AT_FIRST}
    if group is None:
        return {**at_first, "audience": Audience.APPLICANTS.value, "reply_to": programme.contact_email}
    return {
        **at_first,
        group.audience.value: group.statuses,
        "audience": group.audience.value,
        "where": str(group.visit_id or group.call_id or ""),
        "subject": group.subject,
        "body": group.body,
        "reply_to": group.reply_to,
        "copies_to_team": group.copies_to_team,
        "version": group.version,
    }
