"""Mails about comments: to whom, gathered, true when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.library.writing.comments import answer_comment, make_comment
from peer_visits.library.writing.models import DocumentComment, DocumentSection
from peer_visits.library.writing.telling import GATHERED, KIND, MARGIN
from peer_visits.outbox.kinds import Topic
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import keep_true
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.unsubscribing import leave
from peer_visits.visits.models import HostMember, Visit
from tests.support.factories import make_call, make_host, make_organiser, make_programme, make_visit
from tests.support.library_factories import make_author, make_document, make_section

SOON = timedelta(minutes=5)


@dataclass
class Talk:
    """A report with two authors, a host and an organiser, who talk about it."""

    session: Session
    now: datetime
    visit: Visit
    document: AnalyticalDocument
    section: DocumentSection
    ada: Person
    bela: Person
    host: Person
    organiser: Person

    def say(
        self, who: Person, text: str, after: timedelta = timedelta(), *, whole: bool = False
    ) -> DocumentComment:
        section = None if whole else self.section
        moment = self.now + after
        return make_comment(
            self.session, actor=who, now=moment, document=self.document, section=section, text=text
        )

    def answer(self, comment: DocumentComment) -> None:
        answer_comment(
            self.session,
            actor=self.ada,
            now=self.now,
            document=self.document,
            comment=comment,
            answer="Done.",
        )

    def mails(self, to: Person) -> list[Message]:
        query = select(Message).where(Message.kind == KIND, Message.person_id == to.id)
        return list(self.session.scalars(query.order_by(Message.created_at)))

    def leaves(self, mail: Message) -> bool:
        return keep_true(self.session, mail, mail.not_before)


@pytest.fixture
def talk(session: Session, now: datetime) -> Talk:
    programme = make_programme(session)
    visit = make_visit(session, make_call(session, programme))
    document = make_document(session, visit, DocumentState.DRAFT, has_file=False, is_written=True)
    ada, bela = make_author(session, visit, "Ada Author"), make_author(session, visit, "Bela Author")
    section = make_section(session, document, "Lessons", "Ask early.", ada)
    host, organiser = make_host(session, visit), make_organiser(session, programme)
    return Talk(session, now, visit, document, section, ada, bela, host, organiser)


def test_authors_are_told_and_the_speaker_is_not(talk: Talk) -> None:
    talk.say(talk.ada, "Who pays for it?")
    assert not talk.mails(talk.ada)
    assert not talk.mails(talk.host)
    assert not talk.mails(talk.organiser)
    mail = talk.mails(talk.bela)[0]
    assert mail.not_before == talk.now + GATHERED + MARGIN
    for told in ("Ada Author · Lessons", f"/documents/{talk.document.id}/text"):
        assert told in mail.text
        assert told in mail.html
    # The words stay where they can be answered, and erased.
    assert "Who pays" not in f"{mail.subject} {mail.text} {mail.html} {mail.data}"


def test_whoever_commented_before_is_told(talk: Talk) -> None:
    talk.say(talk.organiser, "A figure would help.")
    assert not talk.mails(talk.host)
    talk.say(talk.host, "Which one?", SOON)
    mail = talk.mails(talk.organiser)[0]
    assert "Hanna Host · Lessons" in mail.text
    assert "Olga Organiser ·" not in mail.text  # their own


def test_comments_of_a_quarter_of_an_hour_come_in_one_mail(talk: Talk) -> None:
    talk.say(talk.host, "First.")
    talk.say(talk.organiser, "Second.", SOON, whole=True)
    assert "- Olga Organiser" not in talk.mails(talk.bela)[0].text
    talk.say(talk.host, "Third.", GATHERED - timedelta(seconds=1))
    mails = talk.mails(talk.bela)
    assert len(mails) == 1
    assert talk.leaves(mails[0])
    assert "- Hanna Host · Lessons (2)" in mails[0].text
    assert "- Olga Organiser\n" in mails[0].text
    talk.say(talk.host, "Fourth.", GATHERED)
    later = talk.mails(talk.bela)[1]
    assert talk.leaves(later)
    assert "- Hanna Host · Lessons\n" in later.text
    assert "Olga" not in later.text
    assert talk.leaves(mails[0])
    assert "- Hanna Host · Lessons (2)" in mails[0].text


def test_what_is_answered_meanwhile_is_not_told(talk: Talk) -> None:
    first = talk.say(talk.host, "First.")
    second = talk.say(talk.host, "Second.", SOON)
    mail = talk.mails(talk.bela)[0]
    assert talk.leaves(mail)
    assert "Lessons (2)" in mail.text
    talk.answer(first)
    assert talk.leaves(mail)
    assert "- Hanna Host · Lessons\n" in mail.text
    talk.answer(second)
    assert not talk.leaves(mail)
    assert (mail.state, mail.why) == (
        MessageState.WITHDRAWN,
        "Every comment this mail tells of has been answered.",
    )
    talk.say(talk.host, "And now?", SOON)
    assert "- Hanna Host · Lessons\n" in talk.mails(talk.bela)[1].text


def test_nobody_is_told_of_a_report_that_is_settled(talk: Talk, session: Session) -> None:
    talk.say(talk.host, "First.")
    session.refresh(talk.document)
    talk.document.state = DocumentState.PUBLISHED
    talk.document.published_at = talk.now
    session.flush()
    assert not talk.leaves(talk.mails(talk.bela)[0])


@pytest.mark.parametrize("model", [DocumentAuthor, HostMember])
def test_who_has_nothing_to_do_with_it_any_more_is_not_told(
    talk: Talk, session: Session, model: type[DocumentAuthor] | type[HostMember]
) -> None:
    talk.say(talk.host, "First.")
    talk.say(talk.ada, "Second.", SOON)
    reader = talk.bela if model is DocumentAuthor else talk.host
    mail = talk.mails(reader)[0]
    session.execute(delete(model).where(model.person_id == reader.id))
    assert not talk.leaves(mail)
    talk.say(talk.organiser, "Third.", GATHERED)
    assert len(talk.mails(reader)) == 1


def test_one_can_do_without_and_still_gets_the_rest(talk: Talk, session: Session) -> None:
    leave(session, talk.bela.email, Topic.COMMENTS, now=talk.now)
    talk.say(talk.host, "First.")
    assert [mail.state for mail in talk.mails(talk.bela)] == [MessageState.WITHDRAWN]
    assert "/mail/unsubscribe/" in talk.mails(talk.ada)[0].text
