"""Passages the organiser takes out of what hosts read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import SentVersion
from peer_visits.kernel.errors import Refused
from peer_visits.organiser.access import get_application_for_organiser
from peer_visits.shortlist.models import Redaction
from peer_visits.shortlist.rules import holds_passage, without_passages
from peer_visits.shortlist.services.redacting import redact
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW
from tests.support.shortlist_factories import application_of, apply_to_desk, make_desk

ClientOf = Callable[[Person], FlaskClient]

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.mark.parametrize(
    ("text", "passages", "shown"),
    [
        ("I am Ada of Turin.", ["Ada"], "I am # of Turin."),
        ("I am ada of turin.", ["Ada of  Turin"], "I am #."),
        ("I am Ada\nof Turin.", ["Ada of Turin"], "I am #."),
        ("Ada, Ada, Ada", ["Ada"], "#, #, #"),
        ("Ada of Turin", ["Ada", "Ada of Turin"], "#"),
        ("a.b", ["."], "a#b"),
        ("nothing", ["Ada"], "nothing"),
    ],
)
def test_a_bar_stands_in_place_of_each_passage(text: str, passages: list[str], shown: str) -> None:
    assert without_passages(text, passages, "#") == shown


def test_blanks_are_no_passage() -> None:
    assert not holds_passage("a b", "  ")


def test_hosts_read_a_bar_and_everybody_else_the_words(app: Flask, client_of: ClientOf) -> None:
    with writing() as session:
        desk = make_desk(session)
        apply_to_desk(session, desk, "Ada", brings="As mayor of Springfield I bring this.")
        application_id = application_of(session, desk, "Ada").id
        sent = session.scalars(select(SentVersion.content)).one()
    organiser, host = client_of(desk.organiser), client_of(desk.reviewer)
    page = f"/organise/applications/{application_id}/passages"
    choice = f"/host/{desk.visit.slug}/choices/{desk.choices['Ada']}"
    assert "Springfield" in host.get(choice).text
    assert organiser.post(page, data={"passage": "mayor of springfield"}).status_code == 302
    shown = host.get(choice).text
    assert "Springfield" not in shown
    assert "removed by the organiser" in shown
    assert "I bring this." in shown
    assert "Springfield" in organiser.get(f"/organise/applications/{application_id}").text
    reading().rollback()
    assert reading().scalars(select(SentVersion.content)).one() == sent
    redaction = reading().scalars(select(Redaction.id)).one()
    assert organiser.post(f"{page}/{redaction}/show").status_code == 302
    assert "Springfield" in host.get(choice).text


@pytest.mark.parametrize("passage", ["x", "stands nowhere"])
def test_a_passage_that_hides_nothing_is_refused(session: Session, passage: str) -> None:
    desk = make_desk(session, "Ada")
    identity = application_of(session, desk, "Ada").id
    application = get_application_for_organiser(session, desk.organiser, identity)
    with pytest.raises(Refused) as refusal:
        redact(session, actor=desk.organiser, now=NOW, application=application, passage=passage)
    assert refusal.value.field == "passage"
