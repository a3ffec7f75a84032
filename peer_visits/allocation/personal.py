"""What runs hold about people: by record ids, with country and organisation, and no names."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.suggesting.models import SuggestedGroup
from peer_visits.applications.models import Application
from peer_visits.kernel.text import phrase
from peer_visits.storage.personal import WITH_CALL, Field, Holding, Mention, Whose


def _runs_of(whose: Whose) -> ColumnElement[bool]:
    calls = select(Application.call_id).where(Application.id.in_(whose.applications))
    return AllocationRun.call_id.in_(calls)


def _forget_organisations(session: Session, whose: Whose) -> None:
    """What went into the runs says no longer where they came from, unless others come from there, too."""
    people = session.scalars(
        select(Application.person_id).where(Application.id.in_(whose.applications)).distinct()
    ).all()
    ids = {str(one) for one in people}
    for run in session.scalars(
        select(AllocationRun).where(_runs_of(whose)).options(undefer(AllocationRun.input))
    ):
        if run.input:
            run.input = _without_organisations(run.input, ids)


def _without_organisations(instance: dict[str, object], people: set[str]) -> dict[str, object]:
    applicants = instance.get("applicants")
    if not isinstance(applicants, list):
        return instance
    shared = {one.get("org") for one in applicants if one["id"] not in people}
    changed = [
        {**one, "org": None} if one["id"] in people and one.get("org") not in shared else one
        for one in applicants
    ]
    return {**instance, "applicants": changed}


HOLDINGS = (
    Holding(
        AllocationRun,
        phrase("Runs that looked for the best places"),
        _runs_of,
        (
            Field(
                phrase("Your wishes, country, organisation and points, under a number"),
                phrase("To give everybody the best place there is, and to explain it. Stays as a figure."),
                ("input", "sources", "answer", "explanation", "settings"),
            ),
        ),
        WITH_CALL,
        leaves={},
        stays=frozenset({"sources", "answer", "explanation", "settings"}),
        by_then=frozenset({"input"}),
        then=_forget_organisations,
        of_application=True,
        is_shown=False,
    ),
)
ACTS = frozenset({"allocation_run.created_by", "suggested_group.asked_by"})
MENTIONS = (Mention(AllocationRun, ("note", "settings")),)
# A suggested group holds ids of choices alone.
NOBODY = frozenset({"lottery_seed", SuggestedGroup.__tablename__})
