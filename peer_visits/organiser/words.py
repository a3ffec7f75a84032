"""The log's actions and details in words. An action without words here is shown as it is written."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ACTIONS = {
    "application.saved": _l("Application saved as a draft"),
    "application.submitted": _l("Application sent"),
    "application.changes_discarded": _l("Changes to an application discarded"),
    "application.withdraw": _l("Application withdrawn"),
    "application.reopen": _l("Application started again"),
    "application.let_in": _l("Applicant let in whom the rules keep out"),
    "application.not_let_in": _l("Applicant no longer let in"),
    "application.completion_asked": _l("Applicant asked to complete something"),
    "applications.exported": _l("Applications exported"),
    "import.begun": _l("Table of applications read"),
    "import.taken_in": _l("Applications taken in from a table"),
    "answers.forgotten": _l("Answers forgotten, as their questions promised"),
    "section.added": _l("Section of questions added"),
    "section.changed": _l("Section of questions changed"),
    "section.removed": _l("Section of questions removed"),
    "question.added": _l("Question added"),
    "question.changed": _l("Question changed"),
    "question.removed": _l("Question removed"),
    "questions.ordered": _l("Questions put in order"),
    "review.saved": _l("Choice read and scored"),
    "selection_sheet.taken": _l("Selection sheet taken out"),
    "shortlist.ordered": _l("Shortlist ordered"),
    "application.redacted": _l("Passage hidden from hosts"),
    "application.shown_again": _l("Hidden passage shown again"),
    "team.invited": _l("Invitation to a host team sent"),
    "team.invitation_withdrawn": _l("Invitation to a host team withdrawn"),
    "team.joined": _l("Joined a host team"),
    "team.left": _l("Taken off a host team"),
    "reading.split": _l("Reading shared out"),
    "conflict.answered": _l("Conflict of interest answered"),
    "shortlist.names_shown": _l("Names shown to the host team"),
    "shortlist.handed_over": _l("Shortlist sent to the organiser"),
    "shortlist.reopened": _l("Shortlist reopened"),
    "call.decided": _l("Call decided"),
    "lottery.committed": _l("Lottery of the call drawn and its hash published"),
    "lottery.public_value_fixed": _l("Public part of the lottery fixed"),
    "allocation.asked": _l("Allocation run asked for"),
    "allocation.by_hand": _l("Decided by hand for an allocation run"),
    "allocation.hand_taken_back": _l("Decision by hand taken back"),
    "allocation.cancelled": _l("Allocation run stopped"),
    "allocation.chosen": _l("Allocation run chosen for the decision"),
    "place.offered": _l("Place offered"),
    "place.accepted": _l("Place accepted"),
    "place.declined": _l("Place declined"),
    "place.lapsed": _l("Offer lapsed"),
    "place.withdrawn": _l("Offer taken back, or place given up"),
    "place.cancelled": _l("Place cancelled"),
    "call.created": _l("Call begun"),
    "call.changed": _l("Settings of the call changed"),
    "call.criteria_changed": _l("Criteria of the call changed"),
    "call.published": _l("Call published"),
    "call.extended": _l("Call extended"),
    "call.cloned": _l("Call begun like an earlier one"),
    "call.archived": _l("Call archived"),
    "visit.added": _l("Visit added"),
    "visit.changed": _l("Visit changed"),
    "visit.removed": _l("Visit removed"),
    "visits.ordered": _l("Visits put in order"),
    "call.closed_early": _l("Call closed early"),
    "session.added": _l("Session added to the agenda"),
    "session.changed": _l("Session of the agenda changed"),
    "session.removed": _l("Session removed from the agenda"),
    "agenda.published": _l("Agenda published"),
    "document.owed": _l("Analytical document owed"),
    "document.save": _l("Analytical document saved"),
    "document.send_in": _l("Analytical document sent in"),
    "document.return": _l("Analytical document returned"),
    "document.publish": _l("Analytical document published"),
    "document.supersede": _l("Analytical document superseded"),
    "document.edition_begun": _l("Next edition begun"),
    "role.given": _l("Role given"),
    "role.taken": _l("Role taken away"),
    "mail.sent_again": _l("Mail sent again"),
    "demo.loaded": _l("Demonstration loaded"),
}
DETAILS = {
    "after": _l("after"),
    "applications": _l("applications"),
    "before": _l("before"),
    "choices": _l("choices"),
    "commitment": _l("hash"),
    "criteria": _l("criteria"),
    "fields": _l("fields"),
    "filter": _l("filter"),
    "from_waiting_list": _l("from the waiting list"),
    "hand": _l("by hand"),
    "kind": _l("kind"),
    "left_out": _l("left out"),
    "offers": _l("offers"),
    "questions": _l("questions"),
    "refused": _l("without a place"),
    "relaxed": _l("with answers missing"),
    "rows": _l("rows"),
    "run": _l("run"),
    "seat": _l("seat"),
    "source": _l("like"),
    "until": _l("until"),
    "visit": _l("visit"),
    "waiting": _l("waiting"),
}


def action_words(action: str) -> str:
    """An action as people call it."""
    return str(ACTIONS.get(action, action))


def detail_words(name: str, value: Any) -> str:
    """One detail of a line: its name and a small plain value."""
    shown = (_("yes") if value else _("no")) if isinstance(value, bool) else value
    return f"{DETAILS.get(name, name.replace('_', ' '))}: {shown}"
