"""The instance of a run: who takes part with what, read in a fixed number of statements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind
from peer_visits.allocation.building.defaults import default_settings_of
from peer_visits.allocation.building.instance import Built, build_instance
from peer_visits.allocation.building.rules import clashes
from peer_visits.allocation.settings import ByHand, Force, Hand, Points, RuleName, RuleSetting, RunSettings
from peer_visits.allocation.solving import read_instance
from peer_visits.places.given_before import read_holdings
from peer_visits.places.states import PlaceState
from peer_visits.shortlist.models import Review
from peer_visits.shortlist.states import ShortlistState
from peer_visits.storage.transaction import db
from tests.support.allocation_factories import cap, make_small_story, plain_settings
from tests.support.factories import NOW, make_application, make_call, make_person, make_visit
from tests.support.places_factories import (
    Story,
    apply_in_order,
    find_choice,
    hand_over,
    make_closed_call,
    make_place,
)
from tests.support.statements import counting


def build(session: Session, story: Story, settings: RunSettings | None = None, seed: str = "s") -> Built:
    session.flush()
    return build_instance(
        session,
        call=story.call,
        settings=settings or plain_settings(),
        seed=seed,
        holdings=read_holdings(session, story.call),
    )


def wishes(built: Built, person: Any) -> dict[str, dict[str, Any]]:
    return {one["visit"]: one for one in built.instance["applications"] if one["applicant"] == str(person)}


def test_the_instance_is_one_the_solver_reads_and_hashes_alike(session: Session) -> None:
    built = build(session, make_small_story(session), plain_settings(cap(2)))
    read = read_instance(built.instance)
    assert read.digest() == built.digest
    assert read.canonical() == read, "it is in the solver's own order already"
    assert len(read.applicants) == 4
    assert [visit.capacity for visit in sorted(read.visits, key=lambda one: one.capacity)] == [1, 2]


def test_who_is_proposed_may_be_placed_in_the_order_of_the_host(session: Session) -> None:
    story = make_closed_call(session, 1)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit], dan=[visit])
    hand_over(session, visit, [people["ben"], people["ann"]], [people["cat"]])
    found = {
        name: wishes(build(session, story), one.person_id)[str(visit.id)] for name, one in people.items()
    }
    assert {name: one["score"] for name, one in found.items()} == {"ben": 100, "ann": 99, "cat": 98, "dan": 0}
    assert [name for name, one in found.items() if not one["eligible"]] == ["dan"]


def test_an_order_that_is_not_handed_over_proposes_nobody(session: Session) -> None:
    story = make_closed_call(session, 1)
    people = apply_in_order(session, story.call, ann=[story.visits[0]])
    hand_over(session, story.visits[0], [people["ann"]], state=ShortlistState.OPEN)
    assert not any(one["eligible"] for one in build(session, story).instance["applications"])


def test_people_by_what_rules_ask_about(session: Session) -> None:
    story = make_closed_call(session, 2)
    known = make_person(
        session,
        "Ada",
        country="FI",
        organisation="Ville de  ŁÓDŹ",
        organisation_kind=OrganisationKind.CIVIL,
    )
    unknown = make_person(session, "Ben", country=None, organisation="", organisation_kind=None)
    for person in (known, unknown):
        make_application(session, story.call, story.visits, person)
    people = {one["id"]: one for one in build(session, story).instance["applicants"]}
    ada, ben = people[str(known.id)], people[str(unknown.id)]
    assert (ada["country"], ada["org"], ada["org_type"]) == ("FI", "ville de lodz", "civil")
    assert (ben["country"], ben["org"], ben["org_type"]) == (None, None, None)
    assert ada["gender"] is None, "nobody is asked"


def test_whoever_went_on_an_earlier_visit_of_the_programme_is_no_newcomer(session: Session) -> None:
    story = make_closed_call(session, 2)
    earlier = make_visit(
        session,
        make_call(
            session, story.programme, closes_at=NOW - timedelta(days=400), opens_at=NOW - timedelta(days=430)
        ),
    )
    elsewhere = make_visit(session, make_call(session))
    was, declined, foreign = (make_person(session, name) for name in ("Was", "Declined", "Foreign"))
    for person, visit, state in (
        (was, earlier, PlaceState.ACCEPTED),
        (declined, earlier, PlaceState.DECLINED),
        (foreign, elsewhere, PlaceState.ACCEPTED),
    ):
        make_place(session, visit, make_application(session, visit.call, [visit], person), state)
        make_application(session, story.call, story.visits, person)
    people = {one["id"]: one["newcomer"] for one in build(session, story).instance["applicants"]}
    assert people == {str(was.id): False, str(declined.id): True, str(foreign.id): True}


@pytest.mark.parametrize("points", [Points.RAW, Points.ADJUSTED])
def test_points_from_scores(session: Session, points: Points) -> None:
    story = make_closed_call(session, 1)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
    hand_over(session, visit, [people["ann"], people["ben"]])
    reader = make_person(session, "Reader")
    choice = find_choice(session, people["ben"], visit)
    session.add(Review(choice_id=choice.id, reviewer_id=reader.id, points=71.5, saved_at=NOW))
    built = build(session, story, plain_settings(points=points))
    assert wishes(built, people["ben"].person_id)[str(visit.id)]["score"] == 72
    assert wishes(built, people["ann"].person_id)[str(visit.id)]["score"] == 0


def test_what_is_decided_by_hand(session: Session) -> None:
    story = make_small_story(session)
    small, large = story.visits
    by_visit = {
        str(large.id): [
            one for one in build(session, story).instance["applications"] if one["visit"] == str(large.id)
        ]
    }[str(large.id)]
    dan = next(one["applicant"] for one in by_visit if not one["eligible"])
    other = next(one["applicant"] for one in by_visit if one["eligible"])
    settings = plain_settings(
        by_hand=(
            ByHand(Hand.ADMIT, dan, str(large.id), "Late review."),
            ByHand(Hand.EXCLUDE, other, str(large.id), "Conflict."),
            ByHand(Hand.PIN, other, str(small.id), "Speaks."),
        )
    )
    built = build(session, story, settings)
    found = {(one["applicant"], one["visit"]): one for one in built.instance["applications"]}
    assert found[dan, str(large.id)]["eligible"]
    assert not found[other, str(large.id)]["eligible"]
    assert built.instance["pinned"] == [{"applicant": other, "visit": str(small.id)}]


def test_places_held_before_count_in_the_group_and_take_no_second_place(session: Session) -> None:
    story = make_closed_call(session, 2, 1)
    large, full = story.visits
    people = apply_in_order(session, story.call, ann=[large, full], ben=[large, full], cat=[large])
    hand_over(session, large, list(people.values()))
    hand_over(session, full, [people["ben"]])
    make_place(session, large, people["ann"], PlaceState.ACCEPTED)
    make_place(session, full, people["ben"], PlaceState.OFFERED)
    built = build(session, story)
    assert [one["id"] for one in built.instance["visits"]] == [str(large.id)], "a full visit takes no part"
    ann = str(people["ann"].person_id)
    assert built.instance["pinned"] == [{"applicant": ann, "visit": str(large.id)}]
    assert built.sources["held"] == [[ann, str(large.id)]]
    limits = {one["id"]: one.get("max_visits") for one in built.instance["applicants"]}
    assert limits[str(people["ben"].person_id)] == 0, "holds a place elsewhere already"


def test_a_softened_rule_is_hard_elsewhere(session: Session) -> None:
    story = make_small_story(session)
    here, there = sorted(str(visit.id) for visit in story.visits)
    rule = RuleSetting(RuleName.COUNTRY, Force.HARD, 1, 7, (here,))
    rules = {one["id"]: one for one in build(session, story, plain_settings(rule)).instance["rules"]}
    assert (rules["country"]["visits"], rules["country"]["hard"]) == ([there], True)
    soft = rules["country-softened"]
    assert (soft["visits"], soft["hard"], soft["weight"]) == ([here], False, 7)


def test_the_hosts_country_is_each_visits_own(session: Session) -> None:
    story = make_closed_call(session, 1, 1)
    story.visits[0].country = "PT"
    rules = build(session, story, plain_settings(RuleSetting(RuleName.HOST_COUNTRY, Force.HARD, 2))).instance[
        "rules"
    ]
    assert sorted(rule["where"]["country"][0] for rule in rules) == ["NL", "PT"]
    assert all(len(rule["visits"]) == 1 for rule in rules)


def test_visits_whose_days_overlap_clash(session: Session) -> None:
    call = make_call(session)
    spans = [(14, 16), (16, 18), (19, 20)]
    visits = [
        make_visit(session, call, announced_starts_on=date(2026, 9, a), announced_ends_on=date(2026, 9, b))
        for a, b in spans
    ]
    undated = make_visit(session, call, announced_starts_on=None, announced_ends_on=None)
    assert clashes([*visits, undated]) == [sorted(str(visit.id) for visit in visits[:2])]


def test_one_place_per_person_needs_no_clashes(session: Session) -> None:
    assert build(session, make_small_story(session)).instance["clashes"] == []


def test_only_the_visits_chosen_take_part(session: Session) -> None:
    story = make_small_story(session)
    chosen = str(story.visits[1].id)
    built = build(session, story, plain_settings(visits=(chosen,)))
    assert [one["id"] for one in built.instance["visits"]] == [chosen]
    assert {one["visit"] for one in built.instance["applications"]} == {chosen}


def test_the_usual_settings_of_a_call(session: Session) -> None:
    story = make_closed_call(session, 9, 24, most_per_country=3)
    apply_in_order(session, story.call, ann=[story.visits[0]])
    usual = default_settings_of(session, story.call, story.visits)
    assert usual.rule(RuleName.COUNTRY).bound == 3
    assert usual.rule(RuleName.NEWCOMERS).bound == 3
    assert usual.rule(RuleName.LOCAL).force is Force.SOFT


def test_the_number_of_statements_is_fixed(session: Session) -> None:
    counts = []
    for size in (1, 3):
        story = make_closed_call(session, *[2] * size)
        names = {f"p{number}": story.visits for number in range(size)}
        people = apply_in_order(session, story.call, **names)
        hand_over(session, story.visits[0], list(people.values()))
        session.flush()
        with counting(db.engine) as seen:
            build(session, story, plain_settings(points=Points.ADJUSTED))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_guest_without_an_application_takes_a_seat(session: Session) -> None:
    story = make_closed_call(session, 3)
    [visit] = story.visits
    apply_in_order(session, story.call, ann=[visit])
    other = make_closed_call(session, 1)
    guest = apply_in_order(session, other.call, guest=[other.visits[0]])["guest"]
    place = make_place(session, other.visits[0], guest, PlaceState.ACCEPTED)
    place.visit_id, place.choice_id = visit.id, None
    built = build(session, story)
    assert built.instance["visits"] == [{"id": str(visit.id), "capacity": 2}]
    assert built.instance["pinned"] == []
