"""What people take home, by mouse and by keys alone: asked when they are home, and after three and six months."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from peer_visits.accounts.passwords import hash_password
from peer_visits.cli.check import find_broken
from peer_visits.followup.commitments.rules import add_months
from peer_visits.kernel.zones import to_utc
from peer_visits.outbox.models import Message
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from tests.journeys.moving import MovedClock, faults_of
from tests.journeys.stage import PASSWORD, Player, Stage, link_in, mails_of
from tests.support import apps
from tests.support.browser import serving
from tests.support.places_factories import apply_in_order, make_closed_call, make_place

pytestmark = pytest.mark.browser
ASK = "ask for commitments"


@dataclass
class Story:
    """What the test goes to."""

    visit: str
    call: str
    organiser: str
    home: datetime


@pytest.fixture(params=["mouse", "keyboard"])
def stage(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'home.sqlite'}"), csrf=True)
    with app.app_context(), serving(app) as address:
        stage = Stage(chromium, address, request.param)
        yield stage
        stage.close()
        db.session.remove()
        db.engine.dispose()


def make_story(moved: MovedClock) -> Story:
    """Ann came to a visit that ended the day before yesterday."""
    today = moved.moment.date()
    with writing() as session:
        made = make_closed_call(session, 3)
        visit = made.visits[0]
        visit.place = "Tampere"
        visit.held_starts_on, visit.held_ends_on = today - timedelta(days=5), today - timedelta(days=3)
        made.call.decided_at = made.call.answered_at = made.call.closes_at + timedelta(days=2)
        [ann] = apply_in_order(session, made.call, ann=[visit]).values()
        make_place(session, visit, ann, PlaceState.ACCEPTED)
        made.organiser.password_hash = hash_password(PASSWORD)
        morning = to_utc(datetime.combine(visit.held_ends_on, time(9)), visit.zone)
        return Story(visit.slug, made.call.slug, made.organiser.email, morning)


def later(story: Story, months: int) -> datetime:
    """A day and an hour after so many months of the calendar."""
    day = add_months(story.home.date(), months)
    return story.home.replace(year=day.year, month=day.month, day=day.day) + timedelta(hours=26)


def answer_in(message: Message, number: int, state: str) -> str:
    """The path of one of the mail's answers."""
    found = re.search(rf"http://[^/\s]+(/commitments/\w+/{number}\?answer={state})\b", message.text)
    assert found, message.text
    return found.group(1)


def test_from_the_last_day_to_what_came_of_it(stage: Stage, moved: MovedClock) -> None:
    story = make_story(moved)
    found = write_it_down(stage, story, moved)
    found += everybody_reads_it(stage, story, "No answer yet")
    found += answer_after_three_months(stage, story, moved)
    found += answer_after_six_months(stage, story, moved)
    found += everybody_reads_it(stage, story, "Done")
    found += the_organiser_looks(stage, story)
    moved.sweep(ASK, later(story, 12))
    assert [one.kind for one in all_mails()] == [
        "commitment.wanted",
        "commitment.asked",
        "commitment.asked_last",
    ]
    assert find_broken(reading()) == []
    assert found + stage.found == []


def all_mails() -> list[Message]:
    reading().rollback()
    return list(reading().scalars(select(Message).order_by(Message.created_at)))


def write_it_down(stage: Stage, story: Story, moved: MovedClock) -> list[str]:
    moved.sweep(ASK, story.home + timedelta(hours=25))
    assert mails_of("commitment.wanted") == []
    moved.sweep(ASK, story.home + timedelta(hours=27))
    ann = stage.window()
    ann.go(link_in(mails_of("commitment.wanted")[0], "/commitments/"))
    ann.sees("This page is for Ann.")
    found = faults_of(ann)
    ann.press("Save what I take home")
    ann.sees("Please mend the following")
    found += faults_of(ann)
    first, second = (ann.page.get_by_role("group", name=f"Commitment {number}") for number in (1, 2))
    ann.hand.write(first.get_by_label("What I learnt"), "Agreements fit on two pages.")
    ann.hand.write(first.get_by_label("What I will do"), "Offer three buildings for adoption.")
    ann.press_locator(ann.page.locator("summary").filter(has_text="Commitment 2"))
    ann.hand.write(second.get_by_label("What I will do"), "Put up signs along one path.")
    consent = ann.page.get_by_role("group", name="Who may read it")
    assert consent.get_by_label("Only the organisers").is_checked(), "nothing is shown unasked"
    choose_last(ann, stage.hand)
    ann.press("Save what I take home")
    ann.sees("What you take home is saved.")
    ann.sees("with your name")
    return found + faults_of(ann)


def choose_last(ann: Player, hand: str) -> None:
    """Everybody, with my name: the last of three."""
    group = ann.page.get_by_role("group", name="Who may read it")
    named = group.get_by_label("with my name, organisation and country")
    if hand == "mouse":
        ann.tick(named)
    else:
        # A group of radio buttons is one stop of the Tab key; the arrow keys choose in it.
        ann.tick(group.get_by_label("Only the organisers"))
        for _step in range(2):
            ann.page.keyboard.press("ArrowDown")
    assert named.is_checked()


def everybody_reads_it(stage: Stage, story: Story, state: str) -> list[str]:
    visitor = stage.window()
    visitor.go(f"/visits/{story.visit}")
    visitor.sees("What people took home")
    line = visitor.page.get_by_role("listitem").filter(has_text="Offer three buildings for adoption.")
    assert state in line.inner_text()
    assert "Ann, City of Example" in line.inner_text()
    return faults_of(visitor)


def answer_after_three_months(stage: Stage, story: Story, moved: MovedClock) -> list[str]:
    moved.sweep(ASK, later(story, 3) - timedelta(hours=3))
    assert mails_of("commitment.asked") == []
    moved.sweep(ASK, later(story, 3))
    [mail] = mails_of("commitment.asked")
    ann = stage.window()
    ann.go(answer_in(mail, 1, "under_way"))
    ann.sees("You are about to answer: Under way.")
    found = faults_of(ann)
    ann.press("It is under way")
    ann.sees("Thank you. Your answer is kept")
    ann.go(answer_in(mail, 2, "dropped"))
    ann.press("I have dropped it")
    ann.sees("Please mend the following")
    found += faults_of(ann)
    second = ann.page.get_by_role("region", name="Commitment 2")
    ann.hand.write(second.get_by_label("What came of it"), "Signs cost twice what we have.")
    ann.hand.choose(second.get_by_label("Why you dropped it"), "No money for it")
    ann.press("I have dropped it")
    ann.sees("Thank you. Your answer is kept")
    return found + faults_of(ann)


def answer_after_six_months(stage: Stage, story: Story, moved: MovedClock) -> list[str]:
    moved.sweep(ASK, later(story, 6))
    [mail] = mails_of("commitment.asked_last")
    assert "Put up signs" not in mail.text, "what was dropped is not asked again"
    ann = stage.window()
    ann.go(answer_in(mail, 1, "done"))
    ann.press("It is done")
    ann.sees("Thank you. Your answer is kept")
    return faults_of(ann)


def the_organiser_looks(stage: Stage, story: Story) -> list[str]:
    olga = stage.signed_in(story.organiser)
    olga.go(f"/organise/calls/{story.call}")
    olga.press("What people took home")
    olga.sees("Signs cost twice what we have.")
    found = faults_of(olga)
    olga.press("Pictures of the programme")
    olga.sees("How it stood after three and six months")
    olga.sees("2 of 2 commitments whose visit ended 3 months ago or more were answered for at that time.")
    return found + faults_of(olga)
