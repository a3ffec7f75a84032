"""What the public pages show: only what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from peer_visits.agenda.models import AgendaPlan, AgendaRelease
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.followup.commitments.queries import Shown, list_shown
from peer_visits.kernel.errors import NotFound
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.visits.models import Visit

_SHOWN = Call.state.in_((CallState.PUBLISHED, CallState.ARCHIVED))


@dataclass(frozen=True)
class CallOverview:
    """A call in a list, with how many visits it has."""

    call: Call
    visits: int


@dataclass(frozen=True)
class VisitPage:
    """A visit with what was published about it."""

    visit: Visit
    documents: Sequence[AnalyticalDocument]
    latest_release: int | None
    commitments: Sequence[Shown]


def find_front_call(session: Session, now: datetime) -> Call | None:
    """The call to show first: the open one that closes soonest, else the next to open, else the last that closed."""
    is_over, is_upcoming = Call.closes_at <= now, Call.opens_at > now
    # Of what is over the last comes first; of the others the soonest.
    over_last = case((is_over, Call.closes_at))
    query = select(Call).where(Call.state == CallState.PUBLISHED)
    return session.scalars(
        query.order_by(is_over, is_upcoming, over_last.desc(), Call.closes_at).options(
            selectinload(Call.criteria)
        )
    ).first()


def list_visits_of(session: Session, call: Call) -> Sequence[Visit]:
    """The visits of a call in its own order."""
    return (
        session.scalars(select(Visit).where(Visit.call_id == call.id).order_by(Visit.position)).unique().all()
    )


def list_latest_reports(session: Session, limit: int = 3) -> Sequence[AnalyticalDocument]:
    """Published documents that can be read, newest first."""
    return session.scalars(_published().order_by(*_NEWEST).limit(limit)).unique().all()


_NEWEST = (
    AnalyticalDocument.file_id.is_(None),
    AnalyticalDocument.dated.is_(None),
    AnalyticalDocument.dated.desc(),
    AnalyticalDocument.published_at.desc(),
    AnalyticalDocument.slug,
)


def _published() -> Select[AnalyticalDocument]:
    return (
        select(AnalyticalDocument)
        .where(AnalyticalDocument.state == DocumentState.PUBLISHED)
        .options(joinedload(AnalyticalDocument.visit), joinedload(AnalyticalDocument.file))
    )


def list_calls(session: Session) -> list[CallOverview]:
    """Every published call, the latest first, with its number of visits."""
    count = select(func.count()).where(Visit.call_id == Call.id).scalar_subquery()
    rows = session.execute(select(Call, count).where(_SHOWN).order_by(Call.closes_at.desc())).unique()
    return [CallOverview(call, visits) for call, visits in rows]


def get_public_call(session: Session, slug: str) -> Call:
    """A published call. Raises NotFound for drafts too: they are nobody's business."""
    call = session.scalars(
        select(Call).where(Call.slug == slug, _SHOWN).options(selectinload(Call.criteria))
    ).first()
    if call is None:
        raise NotFound
    return call


def list_visits(session: Session) -> Sequence[Visit]:
    """Every visit of every published call, latest call first, in the call's order."""
    query = (
        select(Visit)
        .join(Visit.call)
        .where(_SHOWN)
        .options(contains_eager(Visit.call))
        .order_by(Call.closes_at.desc(), Visit.position)
    )
    return session.scalars(query).unique().all()


def get_public_visit(session: Session, slug: str) -> VisitPage:
    """A visit of a published call with everything about it that is for everybody. Raises NotFound."""
    visit = session.scalars(
        select(Visit)
        .join(Visit.call)
        .where(Visit.slug == slug, _SHOWN)
        .options(contains_eager(Visit.call), selectinload(Visit.sources))
    ).first()
    if visit is None:
        raise NotFound
    documents = session.scalars(_published().where(AnalyticalDocument.visit_id == visit.id)).unique().all()
    release = session.scalar(
        select(func.max(AgendaRelease.number))
        .join(AgendaPlan, AgendaPlan.visit_id == AgendaRelease.visit_id)
        .where(AgendaRelease.visit_id == visit.id, AgendaPlan.is_public)
    )
    return VisitPage(visit, documents, release, list_shown(session, visit.id))


def list_addresses(session: Session) -> dict[str, list[str]]:
    """Slugs of everything public, for the sitemap."""
    return {
        "site.call": list(session.scalars(select(Call.slug).where(_SHOWN).order_by(Call.slug))),
        "site.visit": list(
            session.scalars(select(Visit.slug).join(Visit.call).where(_SHOWN).order_by(Visit.slug))
        ),
        "library.entry": list(
            session.scalars(
                select(AnalyticalDocument.slug)
                .where(AnalyticalDocument.state == DocumentState.PUBLISHED)
                .order_by(AnalyticalDocument.slug)
            )
        ),
    }
