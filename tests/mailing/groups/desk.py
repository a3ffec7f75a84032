"""A closed call with people in every state, and an organiser who writes to them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel import clock
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.queries import read_reach
from peer_visits.mailing.groups.rules import AT_FIRST, Reach
from peer_visits.mailing.groups.services import GroupContent, begin_group_mail, send_group_mail
from peer_visits.mailing.groups.states import Audience
from peer_visits.outbox.models import Message
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.states import HostRole
from tests.support.factories import NOW, make_application, make_host, make_person
from tests.support.places_factories import Story, apply_in_order, make_closed_call, make_place, make_waiting


@dataclass
class People:
    """A story and its applications by name."""

    story: Story
    by_name: dict[str, Application]

    def person(self, name: str) -> Person:
        return reading().get_one(Person, self.by_name[name].person_id)


def make_people(**values: Any) -> People:
    """Ada, Ben and Cleo have accepted, are asked and wait; Dora withdrew, Emil gave up; Fay has a draft."""
    with writing() as session:
        story = make_closed_call(session, 3, 3, **values)
        one, two = story.visits
        people = apply_in_order(
            session, story.call, ada=[one], ben=[one, two], cleo=[one], dora=[two], emil=[one]
        )
        people["fay"] = make_application(
            session, story.call, [one], make_person(session, "Fay"), submitted=False
        )
        make_place(session, one, people["ada"], PlaceState.ACCEPTED, 1)
        make_place(session, one, people["ben"], PlaceState.OFFERED, 2)
        make_place(session, one, people["emil"], PlaceState.WITHDRAWN)
        make_waiting(session, one, people["cleo"])
        people["dora"].state, people["dora"].withdrawn_at = ApplicationState.WITHDRAWN, NOW
        make_host(session, one, "Hanna")
        make_host(session, one, "Xenia Expert", HostRole.EXPERT)
        make_host(session, two, "Hugo", HostRole.REVIEWER)
    return People(story, people)


def draft(people: People, audience: Audience = Audience.APPLICANTS, **values: Any) -> uuid.UUID:
    """A draft that can be sent."""
    content = GroupContent(
        **{
            "audience": audience,
            "statuses": AT_FIRST[audience],
            "subject": "News for {name}",
            "body": "Some **news**.",
            **values,
        }
    )
    with writing() as session:
        programme = session.get_one(type(people.story.programme), people.story.programme.id)
        actor = session.get_one(Person, people.story.organiser.id)
        group = begin_group_mail(session, actor=actor, now=clock.now(), programme=programme, content=content)
        return group.id


def reach_of(group: uuid.UUID) -> Reach:
    """Who would get it now."""
    reading().rollback()
    return read_reach(reading(), reading().get_one(GroupMail, group), clock.now())


def send(people: People, group: uuid.UUID, *, hold: bool = False) -> int:
    """Send it to those it reaches now."""
    with writing() as session:
        fresh = session.get_one(GroupMail, group)
        return send_group_mail(
            session,
            actor=session.get_one(Person, people.story.organiser.id),
            now=clock.now(),
            group=fresh,
            version=fresh.version,
            mark=read_reach(session, fresh, clock.now()).mark,
            hold=hold,
        )


def mails_of(group: uuid.UUID) -> list[Message]:
    """Its mails by name, as they are now."""
    reading().rollback()
    query = select(Message).where(Message.group_id == group).order_by(Message.to_name, Message.id)
    return list(reading().scalars(query))
