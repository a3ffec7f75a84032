"""The words of the selection sheet, the same in the workbook and in the document."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from peer_visits.accounts.models import OrganisationKind
from peer_visits.shortlist.sheet.content import Decision, Sheet, SheetReading, SheetRow
from peer_visits.shortlist.states import Proposal, Recommendation
from peer_visits.web.formats import moment

PILES = {
    Proposal.SHORTLISTED: _l("Shortlisted"),
    Proposal.RESERVE: _l("Reserve"),
    None: _l("To decide"),
    Proposal.NOT_PROPOSED: _l("Not proposed"),
}
RECOMMENDATIONS = {
    Recommendation.SHORTLIST: _l("Shortlist"),
    Recommendation.RESERVE: _l("Reserve"),
    Recommendation.NO: _l("No"),
    Recommendation.UNSURE: _l("Unsure"),
}
KINDS = {
    OrganisationKind.LOCAL: _l("Local authority"),
    OrganisationKind.REGIONAL: _l("Regional authority"),
    OrganisationKind.NATIONAL: _l("National body"),
    OrganisationKind.CIVIL: _l("Civil society"),
    OrganisationKind.OTHER: _l("Other"),
}
_ACTIONS = {
    "shortlist.ordered": _l("Shortlist ordered"),
    "shortlist.names_shown": _l("Names shown to the host team"),
    "shortlist.handed_over": _l("Shortlist sent to the organiser"),
    "shortlist.reopened": _l("Shortlist reopened"),
}


def kind(value: OrganisationKind | None) -> str:
    """A kind of organisation."""
    return str(KINDS[value]) if value else str(_("not told"))


def conflicts(row: SheetRow) -> str:
    """Who declared a conflict of interest."""
    return ", ".join(row.conflicts)


def reasons(row: SheetRow) -> str:
    """What readers wrote for the team, a line each."""
    noted = [one for one in row.readings if one.note]
    return "\n".join(f"{one.reader}: {one.note}" for one in noted)


def advice(reading: SheetReading) -> str:
    """What a reader recommends."""
    return str(RECOMMENDATIONS[reading.recommendation]) if reading.recommendation else ""


def what_was_done(decision: Decision) -> str:
    """A line of the log in words, with what it says of numbers."""
    words = str(_ACTIONS.get(decision.action, decision.action))
    moved, to = decision.detail.get("moved"), decision.detail.get("to")
    if moved is None or to is None:
        return words
    count = ngettext("%(num)s applicant", "%(num)s applicants", int(moved))
    pile = next((name for pile, name in PILES.items() if pile == to), PILES[None])
    return str(_("%(words)s: %(count)s to “%(pile)s”", words=words, count=count, pile=pile))


def who(decision: Decision) -> str:
    """Who did it; the software itself where nobody did."""
    return decision.who or "Peer Visits"


def title(sheet: Sheet) -> str:
    """What the sheet is called."""
    return str(_("Selection sheet: %(place)s", place=sheet.visit.place))


def when(decision: Decision | SheetReading) -> str:
    """The moment of a line, with its zone."""
    return moment(decision.at if isinstance(decision, Decision) else decision.saved_at)
