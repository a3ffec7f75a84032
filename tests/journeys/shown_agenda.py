"""A published agenda that everybody may read, for the pages that show one."""

from __future__ import annotations

from sqlalchemy import select

from peer_visits.accounts.services import find_person
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.services.publishing import publish_agenda
from peer_visits.kernel import clock
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.storage.transaction import writing
from peer_visits.visits.models import Visit


def show_an_agenda(slug: str, host_address: str, guest_address: str) -> None:
    """Publish the visit's agenda with links and a room, open it to everybody, and let one person take part."""
    with writing() as session:
        host, guest = find_person(session, host_address), find_person(session, guest_address)
        assert host is not None
        assert guest is not None
        visit = session.scalars(select(Visit).where(Visit.slug == slug)).unique().one()
        for one in session.scalars(select(AgendaSession).where(AgendaSession.visit_id == visit.id)).unique():
            one.online_link, one.material_link = (
                "https://meet.example.org/room",
                "https://files.example.org/a",
            )
        place = Place(
            visit_id=visit.id,
            person_id=guest.id,
            kind=PlaceKind.HOST_GUEST,
            state=PlaceState.ACCEPTED,
            offered_at=clock.now(),
            settled_at=clock.now(),
        )
        session.add(place)
        session.flush()
        seen = content_mark(release_content(list_sessions(session, visit.id), visit))
        publish_agenda(session, actor=host, now=clock.now(), visit=visit, after=0, seen=seen)
        lock_plan(session, visit).is_public = True
