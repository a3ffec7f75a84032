"""My visits as a host."""

from __future__ import annotations

from flask import render_template

from peer_visits.accounts.current import current_person
from peer_visits.shortlist.queries.desk import list_desk
from peer_visits.shortlist.views.blueprint import blueprint
from peer_visits.storage.transaction import reading


@blueprint.get("/host")
def desk() -> str:
    """Every visit this person hosts."""
    return render_template("shortlist/desk.html", cards=list_desk(reading(), current_person()))
