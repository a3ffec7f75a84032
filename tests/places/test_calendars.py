"""A place in its person's calendar: one entry from the offer to its end, read by another library too."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import vobject
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.outbox.models import Message
from peer_visits.places.calendars import read_entry
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer, decline_offer, give_up_place, lapse_offer
from peer_visits.places.services.deciding import decide_call
from tests.support.allocation_factories import work_out
from tests.support.factories import make_person
from tests.support.places_factories import Story, apply_in_order, hand_over, make_closed_call


@pytest.fixture
def story(session: Session, now: datetime) -> Story:
    """Ann is offered the one place, Ben waits."""
    story = make_closed_call(session, 1)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
    hand_over(session, visit, list(people.values()))
    work_out(session, story.call, story.organiser)
    return story


def decide(session: Session, story: Story, now: datetime) -> Place:
    decide_call(session, actor=story.organiser, now=now, call_id=story.call.id)
    return session.scalars(select(Place)).one()


def parts(session: Session) -> dict[str, str | None]:
    """The calendar part of the last mail of each kind."""
    mails = session.scalars(select(Message).order_by(Message.created_at, Message.kind))
    return {mail.kind: mail.calendar for mail in mails}


def test_from_the_offer_to_giving_it_up_it_is_one_entry(
    session: Session, story: Story, now: datetime
) -> None:
    place = decide(session, story, now)
    ann = session.get_one(Person, place.person_id)
    accept_offer(session, actor=ann, now=now + timedelta(hours=1), place_id=place.id)
    give_up_place(session, actor=ann, now=now + timedelta(hours=2), place_id=place.id)
    found = parts(session)
    texts = [found[kind] for kind in ("offer.accepted", "place.given_up")]
    offered = session.scalars(
        select(Message.calendar).where(Message.kind == "offer.made", Message.person_id == ann.id)
    ).one()
    read = [Calendar.from_ical(text or "") for text in (offered, *texts)]
    [first, second, third] = [calendar.walk("VEVENT")[0] for calendar in read]
    assert [calendar["METHOD"] for calendar in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["STATUS"] for event in (first, second, third)] == ["TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert first["UID"] == second["UID"] == third["UID"]
    assert [event["SEQUENCE"] for event in (first, second, third)] == [1, 2, 3]
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (date(2026, 9, 14), date(2026, 9, 17))
    assert str(first["ATTENDEE"]) == f"mailto:{ann.email}"
    assert "/offers/" not in (offered or ""), "the link that answers is for its reader alone"
    entry = vobject.readOne(offered).vevent
    assert (entry.status.value, entry.transp.value) == ("TENTATIVE", "TRANSPARENT")


@pytest.mark.parametrize("ends", ["declined", "lapsed"])
def test_an_offer_that_ends_leaves_the_calendar(
    session: Session, story: Story, now: datetime, ends: str
) -> None:
    place = decide(session, story, now)
    ann = session.get_one(Person, place.person_id)
    if ends == "declined":
        decline_offer(session, actor=ann, now=now, place_id=place.id)
    else:
        lapse_offer(session, now=now + timedelta(days=30), place_id=place.id)
    part = parts(session)[f"offer.{ends}"]
    assert part is not None
    assert read_entry(part).status == "CANCELLED"


def test_the_dry_run_counts_and_reads_it(session: Session, story: Story, now: datetime) -> None:
    outcome = decide_call(session, actor=story.organiser, now=now, call_id=story.call.id)
    assert (outcome.calendar_entries, outcome.positions, len(outcome.letters)) == (1, 1, 2)
    [part] = [letter.calendar for letter in outcome.letters if letter.calendar]
    entry = read_entry(part)
    title = f"{story.visits[0].title} ({story.visits[0].place})"
    assert (entry.title, entry.starts_on, entry.ends_on) == (title, date(2026, 9, 14), date(2026, 9, 16))


def test_without_days_there_is_no_entry(session: Session, story: Story, now: datetime) -> None:
    [visit] = story.visits
    visit.announced_starts_on = visit.announced_ends_on = None
    decide(session, story, now)
    assert parts(session)["offer.made"] is None


def test_a_name_cannot_write_into_the_calendar(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1)
    [visit] = story.visits
    visit.called_title = "Canals; bridges, and\\nBEGIN:VEVENT"
    [ann] = apply_in_order(session, story.call, ann=[visit]).values()
    hand_over(session, visit, [ann])
    make_person(session, "Somebody else")
    work_out(session, story.call, story.organiser)
    decide(session, story, now)
    part = parts(session)["offer.made"]
    assert part is not None
    assert len(Calendar.from_ical(part).walk("VEVENT")) == 1
    assert read_entry(part).title.startswith("Canals; bridges, and")
