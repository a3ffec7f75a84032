"""From nothing to a public call, and what a public call still lets its organiser do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.calls.models import Call, Criterion
from peer_visits.calls.states import CallState
from peer_visits.outbox.models import Message
from peer_visits.questions.definition import Condition
from peer_visits.questions.kinds import Kind
from peer_visits.questions.models import Question
from peer_visits.questions.queries import list_questions, read_questionnaire
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import (
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_question,
    make_visit,
)

ClientOf = Callable[[Person], FlaskClient]

SETTINGS = {
    "title": "Visits 2027",
    "summary": "Ten hosts invite.",
    "welcome": "**Welcome**",
    "opens": "2026-05-10T10:00",
    "closes": "2026-06-10T23:59:59",
    "zone": "Europe/Helsinki",
    "shortlists_by": "2026-06-25",
    "answers_by": "2026-07-01",
    "languages": ["en"],
    "max_choices": "3",
    "places_per_person": "1",
    "answer_days": "7",
    "grace_minutes": "10",
    "promotion_stops_days": "3",
    "score_order": "adjusted",
    "eligible_countries": ["FI", "NL"],
    "eligible_kinds": ["local"],
    "most_per_country": "4",
    "most_per_organisation": "2",
    "privacy": "Kept two years.",
}
VISIT = {
    "version": "0",
    "place": "Łódź",
    "country": "PL",
    "host_name": "City of Łódź",
    "called_title": "Priest's Mill",
    "format": "onsite",
    "zone": "Europe/Warsaw",
    "capacity": "12",
    "language": "en",
    "announced_starts_on": "2026-09-14",
    "announced_ends_on": "2026-09-16",
}


@dataclass
class Desk:
    """An organiser's browser, and the slug of a programme and of a public call with a draft in it."""

    client: FlaskClient
    programme: str
    public: str


@pytest.fixture
def desk(app: Flask, client_of: ClientOf, at_now: datetime) -> Desk:
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        call = make_call(session, programme, closes_at=at_now + timedelta(days=3))
        visit = make_visit(session, call)
        make_application(session, call, [visit], make_person(session, "Dora Draft"), submitted=False)
        make_application(session, call, [visit], make_person(session, "Sven Sent"))
        slugs = programme.slug, call.slug
    return Desk(client_of(organiser), *slugs)


def find_call(slug: str) -> Call:
    reading().rollback()
    return reading().scalars(select(Call).where(Call.slug == slug)).unique().one()


def version(slug: str) -> str:
    return str(find_call(slug).version)


def begin(desk: Desk, title: str = "Visits 2027") -> str:
    answer = desk.client.post(f"/organise/programmes/{desk.programme}/calls/new", data={"title": title})
    assert answer.status_code == 302
    return str(answer.headers["Location"].split("/")[3])


def test_from_nothing_to_a_public_call(desk: Desk) -> None:
    slug = begin(desk)
    page = f"/organise/calls/{slug}"
    assert slug == "visits-2027"
    assert desk.client.get(f"/calls/{slug}").status_code == 404, "a draft is nobody else's"
    assert desk.client.post(f"{page}/publish", data={"version": "1"}).status_code == 422
    saved = desk.client.post(f"{page}/settings", data={**SETTINGS, "version": version(slug)})
    assert saved.status_code == 302
    assert desk.client.post(f"{page}/visits/new", data=VISIT).status_code == 302
    assert "Nothing is missing" in desk.client.get(f"{page}/publish").text
    assert "This is a preview" in desk.client.get(f"{page}/preview").text
    assert desk.client.post(f"{page}/publish", data={"version": "1"}).status_code == 302
    call = find_call(slug)
    assert (call.state, call.closes_wall, call.zone) == (
        CallState.PUBLISHED,
        "2026-06-10T23:59:59",
        "Europe/Helsinki",
    )
    assert call.closes_at.isoformat() == "2026-06-10T20:59:59+00:00"
    public = desk.client.get(f"/calls/{slug}").text
    assert "Priest&#39;s Mill" in public
    assert reading().scalars(select(Visit.slug).where(Visit.call_id == call.id)).one() == "lodz-2026"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"opens": ""}, "opens"),
        ({"closes": "2026-05-01T10:00"}, "closes"),
        ({"opens": "2027-03-28T03:30", "closes": "2027-06-10T10:00", "answers_by": "2027-07-01"}, "opens"),
        ({"closes": "2026-10-25T03:30", "answers_by": "2026-12-01"}, "closes"),
        ({"answers_by": "2026-06-01"}, "answers_by"),
        ({"shortlists_by": "2026-06-10"}, "shortlists_by"),
        ({"shortlists_by": "2026-07-02"}, "shortlists_by"),
        ({"max_choices": "21"}, "max_choices"),
        ({"answer_days": "0"}, "answer_days"),
        ({"most_per_country": "-1"}, "most_per_country"),
        ({"languages": []}, "languages"),
        ({"eligible_countries": ["ZZ"]}, "eligible_countries"),
        ({"welcome": "x" * 20_001}, "welcome"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_settings_are_told_at_their_field_and_nothing_is_lost(
    desk: Desk, change: dict[str, object], field: str
) -> None:
    slug = begin(desk)
    data = {**SETTINGS, "version": version(slug), **change}
    answer = desk.client.post(f"/organise/calls/{slug}/settings", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Kept two years." in answer.text
    assert find_call(slug).privacy == ""


def test_two_windows_do_not_overwrite_each_other(desk: Desk) -> None:
    slug = begin(desk)
    data = {**SETTINGS, "version": version(slug)}
    assert desk.client.post(f"/organise/calls/{slug}/settings", data=data).status_code == 302
    answer = desk.client.post(f"/organise/calls/{slug}/settings", data={**data, "summary": "Other words."})
    assert answer.status_code == 422
    assert "Other words." in answer.text
    assert find_call(slug).summary == "Ten hosts invite."


def test_a_public_call_keeps_its_promises(desk: Desk) -> None:
    call = find_call(desk.public)
    kept = {
        **SETTINGS,
        "version": str(call.version),
        "opens": call.opens_wall,
        "closes": call.closes_wall,
        "zone": call.zone,
        "max_choices": "2",
    }
    page = f"/organise/calls/{desk.public}/settings"
    for change, field in (
        ({"closes": "2026-08-10T10:00"}, "closes"),
        ({"opens": "2026-05-05T10:00"}, "opens"),
        ({"max_choices": "1"}, "max_choices"),
    ):
        answer = desk.client.post(page, data={**kept, **change})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    assert desk.client.post(page, data=kept).status_code == 302
    assert desk.client.post(f"/organise/calls/{desk.public}/visits/new", data=VISIT).status_code == 422


def test_extending_moves_the_end_and_tells_who_has_a_draft(desk: Desk, at_now: datetime) -> None:
    page = f"/organise/calls/{desk.public}/extend"
    later = {"version": version(desk.public), "closes": "2026-05-20T12:00:00", "answers_by": "2026-06-20"}
    for wrong in ({"closes": "2026-05-05T12:00:00"}, {"closes": ""}, {"answers_by": "2026-05-19"}):
        assert desk.client.post(page, data={**later, **wrong}).status_code == 422
    assert desk.client.post(page, data=later).status_code == 302
    assert find_call(desk.public).closes_at.isoformat() == "2026-05-20T10:00:00+00:00"
    [mail] = reading().scalars(select(Message))
    assert (mail.kind, mail.to_name) == ("call.extended", "Dora Draft")
    assert "20 May 2026, 12:00" in mail.text
    assert desk.client.post(page, data=later).status_code == 422, "extended by somebody else meanwhile"


def test_a_decided_call_is_not_extended_but_archived(desk: Desk, at_now: datetime) -> None:
    assert desk.client.post(f"/organise/calls/{desk.public}/archive").status_code == 409
    call_id = find_call(desk.public).id
    with writing() as session:
        session.get_one(Call, call_id).decided_at = at_now
    later = {"version": version(desk.public), "closes": "2026-05-20T12:00:00"}
    assert desk.client.post(f"/organise/calls/{desk.public}/extend", data=later).status_code == 422
    assert desk.client.post(f"/organise/calls/{desk.public}/archive").status_code == 302
    assert find_call(desk.public).state is CallState.ARCHIVED


def test_criteria_are_added_changed_ordered_and_removed(desk: Desk) -> None:
    slug = begin(desk)
    ids = [str(one.id) for one in criteria_of(slug)]
    data = {
        "id_0": ids[0],
        "title_0": "Expertise",
        "position_0": "2",
        "weight_0": "1",
        "maximum_0": "5",
        "id_1": ids[1],
        "title_1": "",
        "position_1": "1",
        "title_2": "Use at home",
        "position_2": "1",
        "weight_2": "2",
        "maximum_2": "100",
    }
    assert desk.client.post(f"/organise/calls/{slug}/criteria", data=data).status_code == 302
    found = [(one.title, one.weight, one.maximum) for one in criteria_of(slug)]
    assert found == [("Use at home", 2, 100), ("Expertise", 1, 5)]
    assert str(criteria_of(slug)[1].id) == ids[0], "a criterion that stays keeps its record"
    wrong = desk.client.post(f"/organise/calls/{slug}/criteria", data={**data, "weight_2": "0"})
    assert 'id="weight_2-error"' in wrong.text


def criteria_of(slug: str) -> list[Criterion]:
    query = select(Criterion).where(Criterion.call_id == find_call(slug).id).order_by(Criterion.position)
    return list(reading().scalars(query))


def test_visits_are_ordered_changed_and_removed(desk: Desk) -> None:
    slug = begin(desk)
    for place in ("Vantaa", "Kortrijk"):
        desk.client.post(f"/organise/calls/{slug}/visits/new", data={**VISIT, "place": place})
    first, second = visits_of(slug)
    order = {f"visit_{first.id.hex}": "2", f"visit_{second.id.hex}": "1"}
    assert desk.client.post(f"/organise/calls/{slug}/visits", data=order).status_code == 302
    assert [one.place for one in visits_of(slug)] == ["Kortrijk", "Vantaa"]
    half = {f"visit_{first.id.hex}": "1"}
    assert desk.client.post(f"/organise/calls/{slug}/visits", data=half).status_code == 422
    page = f"/organise/visits/{first.slug}"
    changed = {**VISIT, "version": "1", "place": "Vantaa", "capacity": "20"}
    assert desk.client.post(page, data=changed).status_code == 302
    assert desk.client.post(page, data=changed).status_code == 422, "an older window"
    for wrong in ({"announced_ends_on": "2026-09-01"}, {"zone": "x"}, {"capacity": "0"}, {"place": ""}):
        assert desk.client.post(page, data={**changed, "version": "2", **wrong}).status_code == 422
    assert desk.client.post(f"{page}/remove").status_code == 302
    assert [one.place for one in visits_of(slug)] == ["Kortrijk"]


def visits_of(slug: str) -> list[Visit]:
    query = select(Visit).where(Visit.call_id == find_call(slug).id).order_by(Visit.position)
    return list(reading().scalars(query).unique())


def test_a_clone_takes_everything_over_and_ties_its_questions_to_the_old_ones(desk: Desk) -> None:
    call = find_call(desk.public)
    with writing() as session:
        source = make_question(session, call, Kind.YES_NO)
        make_question(session, call, Kind.SHORT, condition=Condition(source.id, ("yes",)))
    data = {"title": "The same again", "with_visits": "y"}
    answer = desk.client.post(f"/organise/calls/{desk.public}/clone", data=data)
    assert answer.status_code == 302
    clone = find_call("the-same-again")
    assert (clone.state, clone.cloned_from_id) == (CallState.DRAFT, call.id)
    before, after = list_questions(reading(), call.id), list_questions(reading(), clone.id)
    assert [one.origin_id for one in after] == [one.id for one in before]
    dependent = read_questionnaire(reading(), clone.id).all()[-1]
    assert dependent.definition.condition == Condition(after[-2].id, ("yes",))
    assert [one.place for one in visits_of(clone.slug)] == [one.place for one in visits_of(desk.public)]
    assert reading().scalars(select(Application).where(Application.call_id == clone.id)).all() == []
    assert reading().scalars(select(Question).where(Question.call_id == clone.id)).first() is not None


@pytest.mark.parametrize(
    "page",
    ["settings", "criteria", "visits", "visits/new", "preview", "publish", "extend", "clone", "questions"],
)
def test_every_page_opens_for_a_draft_and_for_a_public_call(desk: Desk, page: str) -> None:
    for slug in (begin(desk), desk.public):
        assert desk.client.get(f"/organise/calls/{slug}/{page}").status_code == 200


def test_an_order_of_names_that_are_no_questions_is_refused(desk: Desk) -> None:
    slug = begin(desk)
    odd = {f"section_{'z' * 32}": "1", f"question_{'é' * 32}": "2", "question_": "3"}
    assert desk.client.post(f"/organise/calls/{slug}/questions", data=odd).status_code == 422


def test_scores_have_words_in_each_language(desk: Desk) -> None:
    slug = begin(desk)
    call_id = find_call(slug).id
    reading().rollback()
    with writing() as session:
        session.get_one(Call, call_id).languages = ["en", "fr"]
    one = str(criteria_of(slug)[0].id)
    data = {
        "id_0": one,
        "title_0": "Expertise",
        "title_0_fr": "Compétence",
        "title_1": "",
        "anchors_0": "0: nothing\n5 – a concrete project",
        "anchors_0_fr": "5: un projet concret",
        "weight_0": "3",
        "maximum_0": "5",
    }
    assert desk.client.post(f"/organise/calls/{slug}/criteria", data=data).status_code == 302
    (saved,) = criteria_of(slug)
    assert (saved.title, saved.title_in("fr"), saved.title_in("de")) == (
        "Expertise",
        "Compétence",
        "Expertise",
    )
    assert saved.anchor(5, "fr") == "un projet concret"
    assert saved.anchor(0, "fr") == "nothing"
    assert saved.anchor(3, "en") == ""
    assert saved.anchors_in("en") == [(0, "nothing"), (5, "a concrete project")]
    assert "5: un projet concret" in desk.client.get(f"/organise/calls/{slug}/criteria").text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a concrete project", "Write a score, a colon"),
        ("6: too high", "the scale ends at 5"),
        ("5: one\n5: two", "stands there twice"),
        ("5: " + "x" * 201, "at most 200 characters"),
    ],
)
def test_what_a_score_means_must_fit_the_scale(desk: Desk, words: str, said: str) -> None:
    slug = begin(desk)
    data = {"title_0": "Expertise", "maximum_0": "5", "anchors_0": words}
    answer = desk.client.post(f"/organise/calls/{slug}/criteria", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert words.splitlines()[0][:40] in answer.text
