"""What an organiser does over several rooms: closing a call early, keeping views."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, SavedView
from peer_visits.calls.models import Call
from peer_visits.calls.services import close_call_early
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import phrase
from peer_visits.organiser.queries import list_drafts, list_views
from peer_visits.outbox.services import Mail, post


def close_call(session: Session, *, actor: Person, now: datetime, call: Call) -> int:
    """Close an open call now and tell everyone who still holds a draft; returns how many that are."""
    close_call_early(session, actor=actor, now=now, call=call)
    drafts = list_drafts(session, call.id)
    for draft in drafts:
        post(session, call_closed_early(draft, call), now=now)
    return len(drafts)


def call_closed_early(draft: Application, call: Call) -> Mail:
    """To the holder of a draft: the call is closed, the draft was not sent."""
    return Mail(
        kind="call.closed_early",
        to=draft.person,
        about=call,
        version=call.version,
        programme_id=call.programme_id,
        call_id=call.id,
        reply_to=call.programme.contact_email,
        data={
            "call": call.title,
            "application_id": draft.id,
            "closed_at": call.closes_at,
            "zone": call.zone,
            "call_slug": call.slug,
        },
    )


MOST_VIEWS = 20


def save_view(session: Session, *, person: Person, call_id: uuid.UUID, name: str, query: str) -> SavedView:
    """Keep a view under a name; the same name again replaces it."""
    if len(query) > 2000:
        raise Refused(phrase("This view has more filters and columns than can be saved."))
    views = {view.name: view for view in list_views(session, person.id, call_id)}
    if name not in views and len(views) >= MOST_VIEWS:
        raise Refused(phrase("You have %(n)s views already. Remove one first.", n=MOST_VIEWS), field="name")
    view = views.get(name) or SavedView(person_id=person.id, call_id=call_id, name=name)
    view.query = query
    session.add(view)
    return view


def forget_view(session: Session, *, person: Person, view_id: uuid.UUID) -> Call:
    """Remove one of the person's own views; gives its call. Raises NotFound for anybody else's."""
    view = session.get(SavedView, view_id)
    if view is None or view.person_id != person.id:
        raise NotFound
    session.delete(view)
    return session.get_one(Call, view.call_id)
