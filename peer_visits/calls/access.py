"""Fetch a call or programme and prove that this person may have it. Not theirs and not there are the same."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Programme, ProgrammeOrganiser
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import must_exist


def get_published_call(session: Session, slug: str) -> Call:
    """A call that everybody may read, with its criteria. Raises NotFound."""
    shown = Call.state.in_((CallState.PUBLISHED, CallState.ARCHIVED))
    query = select(Call).where(Call.slug == slug, shown).options(selectinload(Call.criteria))
    return must_exist(session.scalars(query).unique().one_or_none())


def get_call_for_organiser(session: Session, person: Person, slug: str) -> Call:
    """A call of a programme this person organises, with its criteria. Raises NotFound."""
    query = (
        select(Call)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(Call.slug == slug, ProgrammeOrganiser.person_id == person.id)
        .options(selectinload(Call.criteria))
    )
    return must_exist(session.scalars(query).unique().one_or_none())


def get_programme_for_organiser(session: Session, person: Person, slug: str) -> Programme:
    """A programme this person organises. Raises NotFound."""
    query = (
        select(Programme)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Programme.id)
        .where(Programme.slug == slug, ProgrammeOrganiser.person_id == person.id)
    )
    return must_exist(session.scalars(query).unique().one_or_none())
