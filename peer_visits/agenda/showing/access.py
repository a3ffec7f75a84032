"""Who may read the published agenda of a visit: everybody where its host says so, else those it concerns."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaPlan, AgendaRelease, AgendaSpeaker
from peer_visits.agenda.queries.releases import COMING, find_latest_release
from peer_visits.agenda.releases import Item, released_items
from peer_visits.calls.models import ProgrammeOrganiser
from peer_visits.kernel.errors import NotFound
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.access import get_published_visit
from peer_visits.visits.models import HostMember, Visit


def is_public(session: Session, visit: Visit) -> bool:
    """Whether everybody may read what is published of the visit's agenda."""
    return bool(session.scalar(select(AgendaPlan.is_public).where(AgendaPlan.visit_id == visit.id)))


def may_read(session: Session, person: Person | None, visit: Visit) -> bool:
    """Whether somebody may read it, in two statements: those who take part, speak, host or organise always may."""
    return is_public(session, visit) or (person is not None and _is_concerned(session, person, visit))


def _is_concerned(session: Session, person: Person, visit: Visit) -> bool:
    takes_part = exists().where(
        Place.visit_id == visit.id, Place.person_id == person.id, Place.state == PlaceState.ACCEPTED
    )
    hosts = exists().where(HostMember.visit_id == visit.id, HostMember.person_id == person.id)
    organises = exists().where(
        ProgrammeOrganiser.programme_id == visit.call.programme_id, ProgrammeOrganiser.person_id == person.id
    )
    concerns = [takes_part, hosts, organises]
    if person.email_verified_at:
        concerns.append(
            exists().where(
                AgendaSpeaker.visit_id == visit.id,
                AgendaSpeaker.email == person.email,
                AgendaSpeaker.state.in_(COMING),
            )
        )
    return bool(session.scalar(select(or_(*concerns))))


def get_readable_visit(session: Session, person: Person | None, slug: str) -> Visit:
    """A visit whose published agenda this person may read. Raises NotFound."""
    visit = get_published_visit(session, slug)
    if not may_read(session, person, visit):
        raise NotFound
    return visit


def get_visit_with_public_agenda(session: Session, slug: str) -> Visit:
    """A visit whose published agenda everybody may read, whoever asks. Raises NotFound."""
    return get_readable_visit(session, None, slug)


def find_public_release(session: Session, visit: Visit) -> AgendaRelease | None:
    """What was published last, if everybody may read it."""
    return find_latest_release(session, visit.id) if is_public(session, visit) else None


def list_public_items(session: Session, visit: Visit) -> list[Item]:
    """The sessions everybody may read, in the order of time, with their times as moments; two statements."""
    release = find_public_release(session, visit)
    items = released_items(release) if release else []
    return sorted(items, key=lambda item: (item["starts_at"], item["ends_at"], item["title"]))
