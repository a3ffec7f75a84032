"""What authors and organisers do with a document, and who is told."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Programme
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.library.duties import owe_document
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.services import (
    DocumentContent,
    begin_edition,
    publish_document,
    return_document,
    save_document,
    send_in,
)
from peer_visits.library.states import DocumentState
from peer_visits.outbox.models import Message
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit
from tests.support.factories import (
    make_application,
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)
from tests.support.library_factories import make_author, make_document, make_file
from tests.support.places_factories import make_place

CONTENT = DocumentContent(
    title="What we learnt", authors="Ada", summary="", dated=None, language="en", licence="CC0 1.0"
)


class Room:
    """A visit with its author, host and organiser."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.programme: Programme = make_programme(session)
        self.visit: Visit = make_visit(session, make_call(session, self.programme))
        self.author: Person = make_author(session, self.visit)
        self.organiser: Person = make_organiser(session, self.programme)

    def told(self) -> Counter[tuple[str, str]]:
        query = select(Message.kind, Person.name).join(Person, Person.id == Message.person_id)
        return Counter((kind, name) for kind, name in self.session.execute(query))

    def actions(self) -> list[str]:
        return list(self.session.scalars(select(AuditLine.action).order_by(AuditLine.at, AuditLine.id)))


@pytest.fixture
def room(session: Session) -> Room:
    return Room(session)


def test_a_visit_owes_one_document_however_often_it_is_noted(
    room: Room, session: Session, now: datetime
) -> None:
    for _time in range(2):
        owe_document(session, actor=room.organiser, now=now, visit=room.visit)
    [owed] = session.scalars(select(AnalyticalDocument)).unique().all()
    assert (owed.state, owed.edition, owed.slug) == (DocumentState.OWED, 1, room.visit.slug)
    assert owed.due_on == date(2026, 10, 1)


def test_an_owed_document_becomes_a_draft_when_saved(room: Room, session: Session, now: datetime) -> None:
    document = make_document(session, room.visit, DocumentState.OWED, has_file=False)
    file = make_file(session)
    save_document(
        session, actor=room.author, now=now, document=document, version=1, content=CONTENT, file=file
    )
    assert (document.state, document.title, document.version) == (DocumentState.DRAFT, "What we learnt", 2)
    assert document.file_id == file.id


def test_saving_without_a_new_file_keeps_the_old_one(room: Room, session: Session, now: datetime) -> None:
    document = make_document(session, room.visit)
    kept = document.file_id
    save_document(
        session, actor=room.author, now=now, document=document, version=1, content=CONTENT, file=None
    )
    assert document.file_id == kept


def test_a_stale_form_changes_nothing(room: Room, session: Session, now: datetime) -> None:
    document = make_document(session, room.visit, version=3)
    with pytest.raises(Stale):
        save_document(
            session, actor=room.author, now=now, document=document, version=2, content=CONTENT, file=None
        )
    assert document.title != CONTENT.title


@pytest.mark.parametrize("values", [{"has_file": False}, {"title": ""}])
def test_an_incomplete_document_is_not_sent_in(
    room: Room, session: Session, now: datetime, values: dict[str, object]
) -> None:
    document = make_document(session, room.visit, **values)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        send_in(session, actor=room.author, now=now, document=document, version=1)
    assert room.told() == Counter()


def test_the_organiser_is_told_of_a_document_sent_in(room: Room, session: Session, now: datetime) -> None:
    document = make_document(session, room.visit, note="Mend page 2.")
    send_in(session, actor=room.author, now=now, document=document, version=1)
    assert (document.state, document.sent_in_at, document.note) == (DocumentState.IN_REVIEW, now, "")
    assert room.told() == Counter({("document.sent_in", room.organiser.name): 1})


def test_a_document_given_back_says_why(room: Room, session: Session, now: datetime) -> None:
    document = make_document(session, room.visit, DocumentState.IN_REVIEW)
    return_document(session, actor=room.organiser, now=now, document=document, version=1, note="Mend page 2.")
    assert (document.state, document.note) == (DocumentState.DRAFT, "Mend page 2.")
    assert room.told() == Counter({("document.returned", room.author.name): 1})
    assert "Mend page 2." in session.scalars(select(Message.text)).one()
    assert room.actions() == ["document.return"]


def test_publishing_tells_everyone_concerned_once(room: Room, session: Session, now: datetime) -> None:
    document = make_document(session, room.visit, DocumentState.IN_REVIEW)
    make_host(session, room.visit)
    call = room.visit.call
    for name, state in (("Paula Participant", PlaceState.ACCEPTED), ("Dora Declined", PlaceState.DECLINED)):
        application = make_application(session, call, [room.visit], make_person(session, name))
        make_place(session, room.visit, application, state)
    publish_document(session, actor=room.organiser, now=now, document=document, version=1)
    assert (document.state, document.published_at) == (DocumentState.PUBLISHED, now)
    assert document.dated == now.date()
    assert room.told() == Counter(
        {("document.published", name): 1 for name in ("Anton Author", "Hanna Host", "Paula Participant")}
    )


def test_a_published_edition_gives_way_to_the_next(room: Room, session: Session, now: datetime) -> None:
    first = make_document(session, room.visit, DocumentState.PUBLISHED)
    second = begin_edition(session, actor=room.author, now=now, document=first)
    assert (second.state, second.edition, second.slug, first.state) == ("draft", 2, first.slug, "published")
    session.refresh(second, ["visit"])
    save_document(
        session,
        actor=room.author,
        now=now,
        document=second,
        version=1,
        content=CONTENT,
        file=make_file(session),
    )
    send_in(session, actor=room.author, now=now, document=second, version=2)
    publish_document(session, actor=room.organiser, now=now, document=second, version=3)
    assert (first.state, second.state) == (DocumentState.SUPERSEDED, DocumentState.PUBLISHED)
    assert Counter(room.actions())["document.supersede"] == 1


def test_only_one_next_edition_is_begun(room: Room, session: Session, now: datetime) -> None:
    first = make_document(session, room.visit, DocumentState.PUBLISHED)
    begin_edition(session, actor=room.author, now=now, document=first)
    with pytest.raises(Refused):
        begin_edition(session, actor=room.author, now=now, document=first)


def test_a_draft_gets_no_next_edition(room: Room, session: Session, now: datetime) -> None:
    with pytest.raises(Refused):
        begin_edition(session, actor=room.author, now=now, document=make_document(session, room.visit))
