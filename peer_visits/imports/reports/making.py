"""Making visits that are over, so that their reports have something to be about.

A visit belongs to a call. Those of a year stand together in an archived one that says of itself that it is none: when
applications were taken is not known here.
"""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Programme
from peer_visits.calls.states import CallState
from peer_visits.calls.steps import log_call
from peer_visits.imports.reports.old_visits import OldVisit
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.zones import to_utc
from peer_visits.shortlist.models import Shortlist
from peer_visits.visits.models import Visit
from peer_visits.visits.states import DatesCertainty

_ZONE = "Europe/Brussels"
_NOTE = "These visits were held before this site was used. When applications were taken is not told here."


def make_old_visit(
    session: Session, *, actor: Person, now: datetime, programme: Programme, told: OldVisit
) -> Visit:
    """A visit that is over, with what the table tells of it."""
    call = _call_of(session, actor, now, programme, told.year)
    last = session.scalar(select(func.max(Visit.position)).where(Visit.call_id == call.id)) or 0
    visit = Visit(
        id=new_id(),
        call_id=call.id,
        slug=told.slug,
        position=last + 1,
        host_name=told.host,
        place=told.place,
        country=told.country,
        reported_title=told.title,
        format=told.format,
        zone=_ZONE,
        capacity=told.places,
        held_starts_on=told.starts_on,
        held_ends_on=told.ends_on,
        dates_certainty=DatesCertainty.MONTH_ONLY if told.month else DatesCertainty.CONFIRMED,
        dates_text=format_date(told.month, "LLLL y", locale="en") if told.month else "",
    )
    session.add(visit)
    session.flush()
    session.add(Shortlist(visit_id=visit.id))
    session.flush()
    session.refresh(visit, ["call"])
    log_call(session, actor, now, call, "visit.added", visit=visit.slug)
    return visit


def _call_of(session: Session, actor: Person, now: datetime, programme: Programme, year: int) -> Call:
    """The call under which the old visits of a year stand; made with the first of them."""
    slug = f"{programme.slug[:60]}-earlier-{year}"
    call = session.scalar(select(Call).where(Call.slug == slug, Call.programme_id == programme.id))
    if call is None:
        opens, closes = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)  # noqa: DTZ001  (wall time)
        call = Call(
            id=new_id(),
            programme_id=programme.id,
            slug=slug,
            title=f"Visits of {year}",
            state=CallState.ARCHIVED,
            zone=_ZONE,
            opens_wall=opens.isoformat(),
            closes_wall=closes.isoformat(),
            opens_at=to_utc(opens, _ZONE),
            closes_at=to_utc(closes, _ZONE),
            window_note=_NOTE,
        )
        session.add(call)
        session.flush()
        session.refresh(call, ["programme"])
        log_call(session, actor, now, call, "call.created")
    return call
