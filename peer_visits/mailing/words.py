"""Kinds of mail, in words for organisers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

KINDS: dict[str, Any] = {
    "agenda.published": _l("Agenda"),
    "agenda.removed": _l("Sessions taken out of the agenda"),
    "agenda.taken_back": _l("Sessions of somebody who no longer comes"),
    "agenda.speaking": _l("Sessions of a speaker"),
    "agenda.not_speaking": _l("Sessions taken back from a speaker"),
    "application.completion_asked": _l("Completion asked for"),
    "application.forgetting": _l("Before an application is deleted"),
    "application.refused": _l("No place"),
    "application.reminder": _l("Reminder of a draft"),
    "application.submitted": _l("Receipt of an application"),
    "application.waiting": _l("Waiting list"),
    "application.withdrawn": _l("Application withdrawn"),
    "call.closed_early": _l("Call closed early"),
    "call.extended": _l("Call extended"),
    "commitment.wanted": _l("Commitments asked for"),
    "commitment.asked": _l("Commitments asked about after three months"),
    "commitment.asked_last": _l("Commitments asked about after six months"),
    "certificate.ready": _l("Certificate of attendance"),
    "certificate.withdrawn": _l("Certificate withdrawn"),
    "survey.invitation": _l("The survey"),
    "document.reminder": _l("Reminder of a report"),
    "shortlist.reminder": _l("Reminder of a shortlist"),
    "visit.reminder": _l("Reminder before a visit"),
    "visit.ended": _l("Thanks after a visit"),
    "document.published": _l("Report published"),
    "document.commented": _l("Comments on a report"),
    "document.returned": _l("Report returned"),
    "document.assigned": _l("Author named"),
    "document.unassigned": _l("Author released"),
    "document.sent_in": _l("Report sent in"),
    "group.mail": _l("Group mail"),
    "group.copy": _l("Copy of a group mail"),
    "mail.again": _l("Sent once more"),
    "mail.test": _l("Test to an organiser"),
    "call.answers_late": _l("Answers are late"),
    "offer.reminder": _l("Reminder of an offer"),
    "offer.substitute_named": _l("Somebody else proposed"),
    "place.marked": _l("Place as a guest"),
    "speaker.invited": _l("Invitation to speak"),
    "team.invited": _l("Invitation to a host team"),
    "team.left": _l("Host team left"),
    "offer.accepted": _l("Receipt of a yes"),
    "offer.declined": _l("Receipt of a no"),
    "offer.lapsed": _l("Offer lapsed"),
    "offer.made": _l("Offer of a place"),
    "offer.withdrawn": _l("Offer taken back"),
    "place.cancelled": _l("Place cancelled"),
    "place.given_up": _l("Place given up"),
    "place.given_on": _l("Place given on for a better one"),
    "role.given": _l("Role given"),
    "role.taken": _l("Role taken"),
    "shortlist.handed_over": _l("Shortlist sent"),
    "shortlist.reopened": _l("Shortlist reopened"),
    "test.message": _l("Test message"),
}


def kind_words(kind: str) -> str:
    """The kind in words; one that has none yet stands as it is."""
    return str(KINDS.get(kind, kind))
