"""Applications are forgotten when their call says so: not a second earlier, and nothing that is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice, ForgottenApplication, SentVersion
from peer_visits.calls.models import Call, CallRetention
from peer_visits.kernel import clock
from peer_visits.organiser.queries import count_duplicates, find_duplicates
from peer_visits.places.states import PlaceState
from peer_visits.privacy.rules import USUAL, Limits, Outcome, outcome_of
from peer_visits.privacy.services import set_limits
from peer_visits.privacy.sweeps import forget_old_applications
from peer_visits.questions.rules import kept_until
from peer_visits.storage.transaction import reading, writing
from tests.privacy.everything import TRACES, Story, fill
from tests.privacy.tracing import in_database
from tests.support.factories import NOW, make_application, make_host, make_person
from tests.support.places_factories import Story as Closed
from tests.support.places_factories import make_closed_call, make_place

ClientOf = Callable[[Person], FlaskClient]


def test_what_became_of_an_application() -> None:
    assert outcome_of("draft", has_place=False) is Outcome.DRAFT
    assert outcome_of("withdrawn", has_place=False) is Outcome.WITHDRAWN
    assert outcome_of("submitted", has_place=False) is Outcome.REFUSED
    assert outcome_of("submitted", has_place=True) is Outcome.PLACED


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_limit_is_exact_to_the_second(outcome: Outcome) -> None:
    assert Limits(USUAL, NOW).ends(outcome, NOW) == kept_until(NOW, USUAL[outcome])


def test_nothing_goes_sooner_than_people_are_told_nor_before_its_visit_is_over() -> None:
    old = NOW - timedelta(days=3000)
    assert Limits(USUAL, NOW, warn_days=28).ends(Outcome.DRAFT, old) == NOW + timedelta(days=28)
    assert Limits(USUAL, NOW, warn_days=0).ends(Outcome.DRAFT, old) == NOW
    day = (NOW + timedelta(days=90)).date()
    over = datetime.combine(day + timedelta(days=1), time(), UTC)
    assert Limits(USUAL, NOW).ends(Outcome.PLACED, old, day) == over


@pytest.fixture
def closed(app: Flask) -> Closed:
    """A call with one application of each outcome, and limits."""
    with writing() as session:
        made = make_closed_call(session, 3)
        made.call.decided_at = made.call.answered_at = NOW
        for name in ("Rita Refused", "Paul Placed", "Dora Draft"):
            person = make_person(session, name)
            application = make_application(
                session,
                made.call,
                made.visits,
                person,
                submitted=name != "Dora Draft",
                brings=f"{name} brings",
            )
            if name == "Paul Placed":
                make_place(session, made.visits[0], application, PlaceState.ACCEPTED)
        limit(session, made)
        return made


def limit(session: Session, made: Closed, **values: object) -> None:
    known = session.get(CallRetention, made.call.id)
    set_limits(
        session,
        actor=made.organiser,
        now=NOW,
        call=session.get_one(Call, made.call.id),
        version=known.version if known else 0,
        months=USUAL,
        **{"warn_days": 28, "takes_accounts": False, "is_held": False, "held_for": "", **values},  # type: ignore[arg-type]
    )


def kept() -> set[str]:
    """Whose applications still say what they brought."""
    reading().rollback()
    texts = [str(one.answers) + str(one.draft) for one in reading().scalars(select(Application))] + [
        str(one.content) for one in reading().scalars(select(SentVersion))
    ]
    return {name for name in ("Rita", "Paul", "Dora") if any(name in one for one in texts)}


def end_of(made: Closed, outcome: Outcome) -> datetime:
    return Limits(USUAL, NOW).ends(outcome, made.call.closes_at)


def test_each_goes_at_its_time_by_itself(closed: Closed) -> None:
    for outcome, left in (
        (Outcome.DRAFT, {"Rita", "Paul"}),
        (Outcome.REFUSED, {"Paul"}),
        (Outcome.PLACED, set()),
    ):
        before = kept()
        assert forget_old_applications(end_of(closed, outcome) - timedelta(seconds=1)) == 0
        assert kept() == before
        assert forget_old_applications(end_of(closed, outcome)) == 1
        assert kept() == left
    assert forget_old_applications(end_of(closed, Outcome.PLACED)) == 0


def test_what_counts_stays(closed: Closed) -> None:
    figures = select(Choice.rank, Choice.is_sent, Application.country, Application.state).join(
        Application, Application.id == Choice.application_id
    )
    before = sorted(map(str, reading().execute(figures)))
    forget_old_applications(end_of(closed, Outcome.PLACED))
    reading().rollback()
    assert sorted(map(str, reading().execute(figures))) == before
    assert len(reading().scalars(select(ForgottenApplication)).all()) == 3


def test_emptied_applications_are_no_duplicates_of_each_other(closed: Closed) -> None:
    forget_old_applications(end_of(closed, Outcome.PLACED))
    reading().rollback()
    assert count_duplicates(reading(), closed.call.id) == 0
    assert find_duplicates(reading(), closed.call.id) == []


def test_a_hold_stops_all_of_it(closed: Closed) -> None:
    with writing() as session:
        limit(session, closed, is_held=True, held_for="An audit")
    assert forget_old_applications(end_of(closed, Outcome.PLACED)) == 0
    assert kept() == {"Rita", "Paul", "Dora"}


def test_a_call_without_limits_forgets_nothing(closed: Closed) -> None:
    with writing() as session:
        session.delete(session.get_one(CallRetention, closed.call.id))
    assert forget_old_applications(end_of(closed, Outcome.PLACED)) == 0


def test_nothing_goes_before_its_visit_is_over(closed: Closed) -> None:
    late = end_of(closed, Outcome.PLACED)
    with writing() as session:
        visit = session.merge(closed.visits[0])
        visit.announced_starts_on = visit.announced_ends_on = (late + timedelta(days=1)).date()
    assert forget_old_applications(late) == 2
    assert kept() == {"Paul"}


@pytest.mark.parametrize("only_held", [False, True])
def test_an_account_goes_with_its_last_application_if_nobody_uses_it(closed: Closed, only_held: bool) -> None:
    late = end_of(closed, Outcome.PLACED)
    with writing() as session:
        limit(session, closed, takes_accounts=True)
        if only_held:
            for visit in map(session.merge, closed.visits):
                visit.held_starts_on, visit.held_ends_on = visit.announced_starts_on, visit.announced_ends_on
                visit.announced_starts_on = visit.announced_ends_on = None
        rita = session.scalars(select(Person).where(Person.name == "Rita Refused")).one()
        make_application(session, make_closed_call(session).call, [], rita)
        make_host(session, closed.visits[0], "Hugo Host")
    forget_old_applications(late)
    reading().rollback()
    names = set(reading().scalars(select(Person.name)))
    assert "Paul Placed" not in names
    assert "Dora Draft" not in names
    assert {"Rita Refused", "Hugo Host", "Olga Organiser"} <= names


def test_all_that_belongs_to_an_application_goes_with_it(app: Flask, at_now: object) -> None:
    """Notes of readers, mails, files: what is left tells of the account alone."""
    with writing() as session:
        story: Story = fill(session)
        call = session.get_one(Call, story.past)
        set_limits(
            session,
            actor=session.get_one(Person, story.organiser),
            now=NOW,
            call=call,
            version=0,
            months=USUAL,
            warn_days=28,
            takes_accounts=False,
            is_held=False,
            held_for="",
        )
    with clock.frozen(NOW + timedelta(days=3000)):
        forget_old_applications(clock.now())
    gone = (
        "zuqxbrings",
        "zuqxwants",
        "zuqxwhy",
        "zuqxinthepdf",
        "zuqxnoted",
        "zuqxprivately",
        "zuqxill",
        "zuqxcomplete",
    )
    reading().rollback()
    assert in_database(reading(), gone) == []
    assert in_database(reading(), TRACES)


# The page


def page_of(closed: Closed, client_of: ClientOf) -> tuple[FlaskClient, str]:
    organiser = client_of(reading().get_one(Person, closed.organiser.id))
    return organiser, f"/organise/calls/{closed.call.slug}/retention"


TYPED = {
    "draft": "1",
    "withdrawn": "2",
    "refused": "3",
    "placed": "4",
    "warn_days": "21",
    "takes_accounts": "y",
}


def test_the_organiser_sees_what_limits_mean_and_changes_them(
    closed: Closed, client_of: ClientOf, at_now: object
) -> None:
    client, path = page_of(closed, client_of)
    assert "What is kept now" in client.get(path).get_data(as_text=True)
    assert client.post(path, data={**TYPED, "version": "1"}).status_code == 302
    reading().rollback()
    found = reading().get_one(CallRetention, closed.call.id)
    assert (found.draft_months, found.withdrawn_months, found.refused_months, found.placed_months) == (
        1,
        2,
        3,
        4,
    )


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"draft": "0"}, "Write a whole number from 1 to 240."),
        ({"placed": ""}, "Write a whole number from 1 to 240."),
        ({"warn_days": "181"}, "Write a whole number from 0 to 180."),
        ({"warn_days": ""}, "Write a whole number from 0 to 180."),
        ({"is_held": "y"}, "Say why, so that somebody can end it one day."),
        ({"version": "7"}, "This was changed by someone else meanwhile."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    closed: Closed, client_of: ClientOf, at_now: object, typed: dict[str, str], message: str
) -> None:
    client, path = page_of(closed, client_of)
    answer = client.post(path, data={**TYPED, "version": "1", **typed})
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)


def test_applicants_read_how_long_before_they_send(closed: Closed, client_of: ClientOf) -> None:
    """It stands where the purposes of the questions stand."""
    with writing() as session:
        call = session.get_one(Call, closed.call.id)
        call.closes_at, call.decided_at, call.answered_at = NOW + timedelta(days=5), None, None
        person = make_person(session)
        slug, identity = call.slug, person.id
    with clock.frozen(NOW):
        page = (
            client_of(reading().get_one(Person, identity)).get(f"/calls/{slug}/apply").get_data(as_text=True)
        )
    assert "3 months as a draft, 12 if you withdraw it, 24 without a place, 60 with one." in page
