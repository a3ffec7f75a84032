"""Host teams are reminded before their shortlist is due: once for each person and occasion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.shortlist.queries.shortlist import find_shortlist
from peer_visits.shortlist.reminding import remind_host_teams
from peer_visits.shortlist.rules import are_shortlists_late, due_at
from peer_visits.shortlist.services.handing_over import hand_over, reopen_shortlist
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW
from tests.support.shortlist_factories import HostDesk, make_desk, put, score_all

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DUE = NOW.date() + 10 * DAY


@pytest.fixture
def desk(app: Flask) -> HostDesk:
    """A team of two whose shortlist is due in ten days; one of three is scored, one decided."""
    with writing() as session:
        made = make_desk(session, "Ada", "Bo", "Cy")
        made.call.shortlists_by = DUE
        score_all(session, made, "Ada", 4)
        put(session, made, Proposal.SHORTLISTED, "Ada")
        return made


def reminded() -> list[Message]:
    reading().rollback()
    query = select(Message).where(Message.kind == "shortlist.reminder")
    return list(reading().scalars(query.order_by(Message.created_at, Message.to_name)))


def moment(days_before: float) -> datetime:
    return due_at(DUE, "Europe/Brussels") - days_before * DAY


def test_the_whole_team_is_reminded_a_week_and_a_day_before_and_nobody_twice(desk: HostDesk) -> None:
    for days in (9, 7.1, 7, 6.9, 3, 1.1, 1, 0.9, 0.1, -0.1, -2):
        remind_host_teams(moment(days))
    told = [(mail.to_name, mail.created_at) for mail in reminded()]
    expected = [(name, moment(days)) for days in (7, 1) for name in ("Lea Lead", "Rita Reviewer")]
    assert told == expected


def test_a_reminder_says_what_is_left_and_names_no_applicant(desk: HostDesk) -> None:
    remind_host_teams(moment(1))
    lead, reviewer = reminded()
    for mail in (lead, reviewer):
        assert "Applications: 3. Not scored by anybody yet: 2. Not decided yet: 2." in mail.text
        assert "Ada" not in mail.text + mail.html + mail.subject
        assert f"/host/{desk.visit.slug}" in mail.text


def test_whoever_has_handed_over_is_left_in_peace_until_it_is_reopened(desk: HostDesk) -> None:
    with writing() as session:
        version = find_shortlist(session, desk.visit).version
        hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, note="")
    assert remind_host_teams(moment(7)) == 0
    with writing() as session:
        reopen_shortlist(session, actor=desk.organiser, now=NOW, visit=desk.visit)
    assert remind_host_teams(moment(6)) == 2


@pytest.mark.parametrize("change", ["undated", "open", "decided"])
def test_no_reminder_without_a_day_before_the_close_or_after_the_decision(
    desk: HostDesk, change: str
) -> None:
    with writing() as session:
        call = session.get_one(Call, desk.call.id)
        if change == "undated":
            call.shortlists_by = None
        elif change == "open":
            call.closes_at = moment(0)
        else:
            call.decided_at = NOW
    assert remind_host_teams(moment(1)) == 0


def test_a_later_day_brings_reminders_of_its_own(desk: HostDesk) -> None:
    remind_host_teams(moment(1))
    with writing() as session:
        session.get_one(Call, desk.call.id).shortlists_by = DUE + DAY
    assert remind_host_teams(moment(1)) == 0, "the reminder of a week before would come too late"
    remind_host_teams(moment(0))
    assert len(reminded()) == 4


def test_a_worker_that_slept_sends_the_later_one_only(desk: HostDesk) -> None:
    assert remind_host_teams(moment(0.5)) == 2


@pytest.mark.parametrize(("day", "late"), [(None, False), (NOW.date(), False), (NOW.date() - DAY, True)])
def test_what_is_late(day: date | None, late: bool) -> None:
    assert are_shortlists_late(day, "Europe/Brussels", NOW) is late


def test_the_organiser_sees_who_is_late_and_when_a_shortlist_came(
    desk: HostDesk, client_of: Callable[[Person], FlaskClient]
) -> None:
    page = f"/organise/calls/{desk.call.slug}"
    with clock.frozen(NOW):
        assert ">Open<" in client_of(desk.organiser).get(page).text
        with writing() as session:
            session.get_one(Call, desk.call.id).shortlists_by = NOW.date() - DAY
        assert ">Late<" in client_of(desk.organiser).get(page).text
        with writing() as session:
            version = find_shortlist(session, desk.visit).version
            hand_over(session, actor=desk.lead, now=NOW, visit=desk.visit, version=version, note="")
        assert ">Sent<" in client_of(desk.organiser).get(page).text
