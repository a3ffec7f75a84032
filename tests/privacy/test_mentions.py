"""Names and addresses go out of texts of others: whole words, in every form they are kept in, nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.states import Audience
from peer_visits.privacy.erasing import whose
from peer_visits.privacy.mentions import blot, traces_of, without
from peer_visits.privacy.registry import mentions
from tests.support.factories import NOW, make_person, make_programme


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Thanks to Ann Lee.", "Thanks to […]."),
        ("Thanks to ann lee and ANN LEE", "Thanks to […] and […]"),
        ("Hann Leeds", "Hann Leeds"),
        ("ann@example.org", "[…]"),
        ("joann@example.org", "joann@example.org"),
    ],
)
def test_whole_words_alone_are_taken_out(text: str, left: str) -> None:
    assert without(text, traces_of(["Ann Lee", "ann@example.org"])) == left


def test_every_form_of_a_name_is_found() -> None:
    traces = traces_of(["Zoë O'Neil & Co"])
    assert without("<p>Zoë O&#x27;Neil &amp; Co</p>", traces) == "<p>[…]</p>"
    assert without({"who": ["Zoë O'Neil & Co", 3, None]}, traces) == {"who": ["[…]", 3, None]}


def make_mail(session: Session, body: str) -> GroupMail:
    group = GroupMail(
        programme_id=make_programme(session).id,
        audience=Audience.HOSTS,
        subject="News",
        body=body,
        created_at=NOW,
        saved_at=NOW,
    )
    session.add(group)
    session.flush()
    return group


def blotted(session: Session, person: Person, body: str) -> str:
    group = make_mail(session, body)
    blot(session, whose(session, person), list(mentions()))
    session.refresh(group)
    return group.body


def test_a_name_that_somebody_else_bears_stays(session: Session) -> None:
    make_person(session, "Maria García")
    person = make_person(session, "Maria García", email="maria@example.org")
    assert blotted(session, person, "Maria García, maria@example.org") == "Maria García, […]"


def test_a_name_that_may_be_a_word_stays(session: Session) -> None:
    person = make_person(session, "Will")
    assert blotted(session, person, "Will you come?") == "Will you come?"


def test_a_name_of_her_own_goes(session: Session) -> None:
    person = make_person(session, "Łucja Żółć")
    assert blotted(session, person, "Thanks to Łucja Żółć for all") == "Thanks to […] for all"
