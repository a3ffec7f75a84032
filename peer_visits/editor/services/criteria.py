"""By what applications are judged."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call, Criterion
from peer_visits.calls.steps import log_call
from peer_visits.editor.steps import check_changeable
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.models import Review


@dataclass(frozen=True)
class CriterionContent:
    """One criterion as typed; `id` is none for a new one."""

    id: uuid.UUID | None
    titles: dict[str, str]
    helps: dict[str, str]
    anchors: dict[str, dict[str, str]]
    weight: int
    maximum: int


def save_criteria(
    session: Session, *, actor: Person, now: datetime, call: Call, wanted: Sequence[CriterionContent]
) -> None:
    """These criteria in this order. Once somebody has scored, only words may change."""
    check_changeable(call)
    present = {one.id: one for one in list_criteria(session, call)}
    if is_scored(session, call) and not _same_scales(present, wanted):
        raise Refused(
            phrase(
                "A host has scored already: titles and help may change, but not weights, scales or their number."
            )
        )
    kept = {one.id for one in wanted if one.id}
    if not kept <= present.keys():
        raise Refused(phrase("A criterion was removed meanwhile. Look at the list again."))
    for identity, criterion in present.items():
        if identity not in kept:
            session.delete(criterion)
    # Positions are unique: everything steps aside first.
    for offset, criterion in enumerate(present.values()):
        criterion.position = 1000 + offset
    session.flush()
    for position, content in enumerate(wanted, start=1):
        criterion = present[content.id] if content.id else Criterion(call_id=call.id)
        criterion.position, criterion.titles, criterion.helps = position, content.titles, content.helps
        criterion.anchors = content.anchors
        criterion.weight, criterion.maximum = content.weight, content.maximum
        session.add(criterion)
    session.flush()
    log_call(session, actor, now, call, "call.criteria_changed", criteria=len(wanted))


def list_criteria(session: Session, call: Call) -> Sequence[Criterion]:
    """The criteria of a call in their order."""
    query = select(Criterion).where(Criterion.call_id == call.id).order_by(Criterion.position)
    return session.scalars(query).all()


def is_scored(session: Session, call: Call) -> bool:
    """Whether anybody has scored an application of the call."""
    query = (
        select(Review.id)
        .join(Choice, Choice.id == Review.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.call_id == call.id)
        .limit(1)
    )
    return session.scalar(query) is not None


def _same_scales(present: Mapping[uuid.UUID, Criterion], wanted: Sequence[CriterionContent]) -> bool:
    before = {identity: (one.weight, one.maximum) for identity, one in present.items()}
    return before == {one.id: (one.weight, one.maximum) for one in wanted}
