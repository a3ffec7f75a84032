"""The pages of certificates: the proof for everybody, the desk for host and organiser, the document."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.followup.certificates.codes import new_code, spaced
from peer_visits.followup.certificates.models import Certificate
from peer_visits.followup.certificates.services import issue_certificates
from peer_visits.kernel import clock
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.limits import limiter
from tests.support.factories import NOW
from tests.support.followup_factories import make_ended_visit
from tests.support.tagged import Tagged, failures_of

ClientOf = Callable[[Person], FlaskClient]
CAME = {"Ann <b>Ελένη</b>": (1, 3), "Ben": (2,), "Cat Away": ()}


class Desk:
    """Ids and addresses of an ended visit, with one certificate issued."""

    def __init__(self) -> None:
        with writing() as session:
            ended = make_ended_visit(session, CAME)
            issue_certificates(session, actor=ended.host, now=NOW, visit=ended.visit)
            self.slug, self.call = ended.visit.slug, ended.call.slug
            self.people = {"host": ended.host.id, "organiser": ended.organiser.id}
            self.people |= {name.split()[0]: one.person_id for name, one in ended.places.items()}
            self.places = {name.split()[0]: one.id for name, one in ended.places.items()}
        one = reading().scalars(select(Certificate)).one()
        self.code, self.id = one.code, one.id
        reading().rollback()

    def path(self, tail: str = "") -> str:
        return f"/visits/{self.slug}/certificates{tail}"


@pytest.fixture
def desk(app: Flask, at_now: datetime, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(limiter, "enabled", False)
    return Desk()


@pytest.fixture
def as_(app: Flask, desk: Desk, client_of: ClientOf) -> Callable[[str], FlaskClient]:
    return lambda who: client_of(reading().get_one(Person, desk.people[who]))


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(page.get_textpage().get_text_range() for page in document)


def test_everybody_with_the_code_sees_what_the_certificate_says_and_no_more(
    desk: Desk, client: FlaskClient
) -> None:
    answer = client.get(f"/certificates/{spaced(desk.code).lower()}")
    assert answer.status_code == 200
    assert "Genuine" in answer.text
    assert "Ann &lt;b&gt;Ελένη&lt;/b&gt;" in answer.text
    assert "@example.org" not in answer.text
    assert "Ben" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_unknown_code_is_told_plainly(desk: Desk, client: FlaskClient) -> None:
    for code in (new_code(), "x", "%00", "ÿ" * 50):
        answer = client.get(f"/certificates/{code}")
        assert answer.status_code == 404
        assert "Nothing was ever certified" in answer.text


def test_the_code_is_looked_up_by_a_form(desk: Desk, client: FlaskClient) -> None:
    assert "Code of the certificate" in client.get("/certificates").text
    answer = client.get("/certificates", query_string={"code": spaced(desk.code)})
    assert answer.headers["Location"] == f"/certificates/{desk.code}"
    assert "Fill this in." in client.get("/certificates?code=").text
    assert client.get("/certificates?code=%2F..%2F").status_code in {302, 422}


def test_a_withdrawn_certificate_says_only_that(
    desk: Desk, client: FlaskClient, as_: Callable[[str], FlaskClient]
) -> None:
    page = as_("host").get(desk.path(f"/{desk.id}/withdraw"))
    assert "Ann" in page.text
    empty = as_("host").post(desk.path(f"/{desk.id}/withdraw"), data={"reason": " "})
    assert empty.status_code == 422
    assert "Fill this in." in empty.text
    done = as_("host").post(
        desk.path(f"/{desk.id}/withdraw"), data={"reason": "Misspelt."}, follow_redirects=True
    )
    assert "The certificate is withdrawn" in done.text
    proof = client.get(f"/certificates/{desk.code}").text
    assert "was withdrawn" in proof
    assert "Ann" not in proof
    assert "Misspelt." not in proof
    assert client.get(f"/certificates/{desk.code}/certificate.pdf").status_code == 404
    anew = as_("host").post(desk.path(f"/{desk.id}/anew"), follow_redirects=True)
    assert "A new certificate is on its way." in anew.text


def test_the_document_is_tagged_and_says_where_to_verify_it(desk: Desk, client: FlaskClient) -> None:
    answer = client.get(f"/certificates/{desk.code}/certificate.pdf")
    assert answer.mimetype == "application/pdf"
    words = text_of(answer.data)
    assert "Ann <b>Ελένη</b>" in words
    assert spaced(desk.code) in words
    assert f"http://localhost/certificates/{desk.code}" in words.replace("\r\n", "")
    assert "3 h" in words
    assert len(pypdfium2.PdfDocument(answer.data)) == 1


def test_the_document_is_pdf_ua_by_a_validator_and_by_a_walk_through_its_tags(
    desk: Desk, client: FlaskClient
) -> None:
    content = client.get(f"/certificates/{desk.code}/certificate.pdf").data
    assert failures_of(content) == []
    tagged = Tagged(content)
    assert tagged.heading_levels() == [1]
    assert tagged.untagged() == []
    assert "Figure" not in tagged.kinds()  # the pattern is decoration
    assert tagged.addresses() == {f"http://localhost/certificates/{desk.code}"}
    assert all("/Contents" in link for link in tagged.links())
    assert str(tagged.pdf.Root.Lang) == "en"
    assert tagged.pdf.Root.ViewerPreferences.DisplayDocTitle


def test_the_longest_words_stay_on_one_page_and_nothing_in_them_is_run(
    desk: Desk, client: FlaskClient
) -> None:
    with writing() as session:
        one = session.get_one(Certificate, desk.id)
        one.name, one.organisation = "#panic(1) " * 20, "*Ministry* $of$ #long <names> " * 6
        one.title, one.host = "An @unusually [long] title " * 11, "City of `Llanfair` " * 10
    content = client.get(f"/certificates/{desk.code}/certificate.pdf").data
    assert len(pypdfium2.PdfDocument(content)) == 1
    assert "#panic(1)" in text_of(content)
    assert failures_of(content) == []


def test_the_host_issues_and_the_organiser_makes_the_rule(
    desk: Desk, as_: Callable[[str], FlaskClient]
) -> None:
    page = as_("host").get(desk.path()).text
    assert "Certificates" in page
    assert "What a certificate asks for" not in page
    again = as_("host").post(desk.path(), follow_redirects=True)
    assert again.status_code == 422
    assert "Nobody is waiting for a certificate." in again.text
    organiser = as_("organiser")
    assert "What a certificate asks for" in organiser.get(desk.path()).text
    wrong = organiser.post(desk.path("/rule"), data={"share": "101"})
    assert wrong.status_code == 422
    assert "Write a whole number from 1 to 100." in wrong.text
    saved = organiser.post(desk.path("/rule"), data={"share": "50"}, follow_redirects=True)
    assert "Saved." in saved.text
    assert "Send 1 certificate" in saved.text
    done = as_("host").post(desk.path(), follow_redirects=True)
    assert "1 certificate is on its way." in done.text


def test_a_host_is_not_told_who_never_came_and_the_organiser_is(
    desk: Desk, as_: Callable[[str], FlaskClient]
) -> None:
    overview = as_("organiser").get(f"/organise/calls/{desk.call}/attendance")
    assert "Cat Away" in overview.text
    assert as_("host").get(f"/organise/calls/{desk.call}/attendance").status_code == 403
    page = f"/agenda/{desk.slug}/attendance"
    assert "did not come" in as_("organiser").get(page).text
    assert "did not come" not in as_("host").get(page).text
    for participant in ("Ann", "Ben"):
        assert as_(participant).get(page).status_code == 403


def test_its_holder_finds_it_on_the_page_of_the_place(desk: Desk, as_: Callable[[str], FlaskClient]) -> None:
    assert (
        f"/certificates/{desk.code}/certificate.pdf" in as_("Ann").get(f"/places/{desk.places['Ann']}").text
    )
    assert "certificate.pdf" not in as_("Ben").get(f"/places/{desk.places['Ben']}").text


def test_a_certificate_of_another_visit_is_not_there(desk: Desk, as_: Callable[[str], FlaskClient]) -> None:
    with writing() as session:
        other = make_ended_visit(session, {"Eve": (1, 3)})
        issue_certificates(session, actor=other.host, now=NOW, visit=other.visit)
        theirs = session.scalars(select(Certificate.id).where(Certificate.name == "Eve")).one()
    for certificate_id in (theirs, uuid.uuid4()):
        assert as_("host").get(desk.path(f"/{certificate_id}/withdraw")).status_code == 404
    assert clock.now() == NOW
