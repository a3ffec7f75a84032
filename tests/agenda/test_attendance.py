"""Who was at a session: the host's list, the participant's own code, and who may see what of it."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.agenda.presence import as_code, code_of, is_open, spaced
from peer_visits.agenda.queries.attendance import read_register
from peer_visits.agenda.services.attendance import check_in, note_attendance
from peer_visits.agenda.services.sessions import SessionContent, add_session, remove_session
from peer_visits.agenda.states import NotedBy, SessionKind
from peer_visits.audit.models import AuditLine
from peer_visits.kernel import clock
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.zones import to_wall
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.test_sweeps import publish
from tests.support.apps import sign_in
from tests.support.factories import NOW, make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import make_place
from tests.support.statements import counting

NAMES = ("Ann", "Ben", "Cat")


class Room:
    """A visit with three participants and a session an hour from now, published."""

    def __init__(self) -> None:
        with writing() as session:
            call = make_call(session)
            visit = make_visit(session, call)
            host = make_host(session, visit)
            wall = to_wall(NOW + timedelta(hours=1), visit.zone).replace(tzinfo=None)
            first = SessionContent(
                SessionKind.WELCOME, "Harbour walk", wall, 60, online_link="https://a.example"
            )
            add_session(session, actor=host, now=NOW, visit=visit, content=first)
            publish(session, visit, host, NOW)
            self.slug, self.visit, self.host = visit.slug, visit.id, host.id
            self.people: dict[str, uuid.UUID] = {}
            self.places: dict[str, uuid.UUID] = {}
            for seat, name in enumerate(NAMES, start=1):
                application = make_application(session, call, [visit], make_person(session, name))
                self.people[name] = application.person_id
                self.places[name] = make_place(session, visit, application, PlaceState.ACCEPTED, seat).id
        [self.session] = reading().scalars(select(AgendaSession.id).filter_by(title="Harbour walk"))
        self.starts_at = NOW + timedelta(hours=1)
        reading().rollback()

    @property
    def code(self) -> str:
        return code_of(current_app.extensions["settings"].secret_key, self.session)

    def note(self, *ticked: str, shown: tuple[str, ...] = (), at: datetime | None = None) -> int:
        with writing() as session:
            return note_attendance(
                session,
                actor=session.get_one(Person, self.host),
                now=at or self.starts_at,
                visit=session.get_one(Visit, self.visit),
                session_id=self.session,
                shown={self.people[name] for name in shown},
                ticked={self.people[name] for name in ticked},
            )

    def check_in(self, name: str, code: str | None = None, at: datetime | None = None) -> str:
        with writing() as session:
            place = session.get_one(Place, self.places[name])
            session.refresh(place, ["visit"])
            actor = session.get_one(Person, self.people[name])
            item = check_in(
                session, actor=actor, now=at or self.starts_at, place=place, code=code or self.code
            )
            return str(item["title"])

    def noted(self) -> dict[str, tuple[bool, str]]:
        reading().rollback()
        names = {person: name for name, person in self.people.items()}
        rows = reading().scalars(select(Attendance).filter_by(session_id=self.session))
        return {names[row.person_id]: (row.was_there, row.how.value) for row in rows}

    def sign_in(self, client: FlaskClient, name: str) -> FlaskClient:
        person = self.host if name == "host" else self.people[name]
        return sign_in(client, reading().get_one(Person, person))

    def list_address(self) -> str:
        return f"/agenda/{self.slug}/sessions/{self.session}/attendance"


@pytest.fixture
def room(app: Flask) -> Room:
    return Room()


@pytest.mark.parametrize(
    ("minutes", "counts"), [(-16, False), (-15, True), (0, True), (60, True), (61, False)]
)
def test_a_code_counts_from_a_quarter_of_an_hour_before_to_the_end(minutes: int, counts: bool) -> None:
    ends_at = NOW + timedelta(hours=1)
    assert is_open(NOW, ends_at, NOW + timedelta(minutes=minutes)) is counts


def test_codes_are_six_digits_of_the_session_and_the_installation() -> None:
    codes = {code_of(secret, uuid.UUID(int=number)) for secret in "ab" for number in range(200)}
    assert len(codes) > 395
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    code = code_of("a", uuid.UUID(int=1))
    assert as_code(f" {spaced(code)} ") == as_code(f"{code[:2]}-{code[2:]}") == code


def test_the_list_is_saved_whole_and_says_who_noted_it(room: Room) -> None:
    assert room.note("Ann", "Ben") == 2
    assert room.noted() == {"Ann": (True, "list"), "Ben": (True, "list"), "Cat": (False, "list")}
    rows = reading().scalars(select(Attendance)).all()
    assert {(row.noted_by, row.noted_at) for row in rows} == {(room.host, room.starts_at)}
    line = reading().scalars(select(AuditLine).filter_by(action="attendance.noted")).one()
    assert line.actor_id == room.host
    assert line.detail == {"present": 2}


def test_a_list_opened_before_does_not_undo_what_others_noted_meanwhile(room: Room) -> None:
    room.check_in("Cat")
    room.note("Ann", shown=())
    assert room.noted() == {"Ann": (True, "list"), "Ben": (False, "list"), "Cat": (True, "code")}
    # Another host unticks Ann; a page that still shows her ticked, and leaves her so, changes nothing.
    room.note("Cat", shown=("Ann", "Cat"))
    room.note("Ann", "Ben", "Cat", shown=("Ann", "Cat"))
    assert room.noted() == {"Ann": (False, "list"), "Ben": (True, "list"), "Cat": (True, "code")}


def test_the_host_may_correct_a_code_and_a_late_comer_a_list(room: Room) -> None:
    room.check_in("Ann")
    room.note(shown=("Ann",))
    assert room.noted()["Ann"] == (False, "list")
    assert room.check_in("Ann") == "Harbour walk"
    assert room.noted()["Ann"] == (True, "code")
    room.note("Ann", shown=("Ann",))
    assert room.noted()["Ann"] == (True, "code"), "who noted it first stays"


def test_checking_in_twice_is_as_once(room: Room) -> None:
    room.check_in("Ann")
    room.check_in("Ann", at=room.starts_at + timedelta(minutes=5))
    [row] = reading().scalars(select(Attendance)).all()
    assert (row.noted_at, row.how) == (room.starts_at, NotedBy.CODE)
    assert len(reading().scalars(select(AuditLine).filter_by(action="attendance.checked_in")).all()) == 1


def test_a_list_before_its_time_and_a_session_that_is_not_published_are_refused(room: Room) -> None:
    with pytest.raises(Refused, match="can be filled in from"):
        room.note("Ann", at=NOW)
    with writing() as session:
        visit, host = session.get_one(Visit, room.visit), session.get_one(Person, room.host)
        content = SessionContent(SessionKind.BREAK, "Coffee", datetime(2026, 9, 15, 11), 15)
        room.session = add_session(session, actor=host, now=NOW, visit=visit, content=content).id
    with pytest.raises(NotFound):
        room.note("Ann", at=NOW + timedelta(days=365))


def test_somebody_who_takes_no_part_cannot_be_noted(room: Room) -> None:
    with writing() as session:
        place = session.get_one(Place, room.places["Ben"])
        place.state, place.seat = PlaceState.WITHDRAWN, None
    room.note("Ann", "Ben")
    assert room.noted().keys() == {"Ann", "Cat"}
    with pytest.raises(Refused, match="Only whoever holds a place"):
        room.check_in("Ben")


def test_a_session_where_people_were_noted_is_not_removed(room: Room) -> None:
    room.note("Ann")
    with pytest.raises(Refused, match="so it stays"), writing() as session:
        item = session.get_one(AgendaSession, room.session)
        visit, host = session.get_one(Visit, room.visit), session.get_one(Person, room.host)
        remove_session(session, actor=host, now=NOW, visit=visit, item=item, version=item.version)


def test_the_register_counts_and_names_who_came_to_nothing(room: Room) -> None:
    room.note("Ann")
    room.check_in("Cat")
    reading().rollback()
    with counting(db.engine) as seen:
        register = read_register(reading(), room.visit)
    assert len(seen) <= 5
    by_name = {place.person.name.split()[0]: place for place in register.participants}
    assert [place.person.name.split()[0] for place in register.no_shows] == ["Ben"]
    assert (register.came_to(by_name["Ann"]), register.noted_of(by_name["Ann"])) == (1, 1)
    walk = next(one for one in register.sessions if one.item["title"] == "Harbour walk")
    assert (walk.present, walk.absent) == (2, 1)


def test_the_host_saves_the_list_in_a_browser_without_scripts(room: Room, client: FlaskClient) -> None:
    with clock.frozen(room.starts_at):
        room.sign_in(client, "host")
        page = client.get(room.list_address())
        assert page.text.count('type="checkbox" name="present"') == 3
        assert spaced(room.code) in page.text
        sent = {"present": [str(room.people["Ann"]), "nonsense", str(uuid.uuid4())]}
        answer = client.post(room.list_address(), data=sent, follow_redirects=True)
        assert "Saved: 1 person is here." in answer.text
        assert room.noted()["Ann"] == (True, "list")
        overview = client.get(f"/agenda/{room.slug}/attendance").text
    assert "1 of 3" in overview
    assert "did not come" not in overview  # who never came is told to organisers alone


def test_a_list_that_is_too_early_says_when_and_offers_nothing_to_tick(
    room: Room, client: FlaskClient
) -> None:
    with clock.frozen(NOW):
        room.sign_in(client, "host")
        page = client.get(room.list_address()).text
        assert "can be filled in from" in page
        assert "checkbox" not in page
        answer = client.post(room.list_address(), data={"present": str(room.people["Ann"])})
    assert answer.status_code == 422
    assert room.noted() == {}


def test_a_participant_checks_in_and_a_wrong_code_is_explained(room: Room, client: FlaskClient) -> None:
    address = f"/places/{room.places['Ann']}/check-in"
    with clock.frozen(room.starts_at):
        room.sign_in(client, "Ann")
        wrong = f"{(int(room.code) + 1) % 10**6:06}"
        answer = client.post(address, data={"code": wrong})
        assert answer.status_code == 422
        assert "No session of the visit has this code" in answer.text
        assert f'value="{wrong}"' in answer.text
        answer = client.post(address, data={"code": spaced(room.code)}, follow_redirects=True)
        assert "You are checked in: Harbour walk." in answer.text
    assert room.noted() == {"Ann": (True, "code")}


@pytest.mark.parametrize(("hours", "said"), [(0, "counts from"), (3, "is over. Ask the host to note you")])
def test_the_right_code_at_the_wrong_time_says_so(
    room: Room, client: FlaskClient, hours: int, said: str
) -> None:
    with clock.frozen(NOW + timedelta(hours=hours)):
        room.sign_in(client, "Ann")
        answer = client.post(f"/places/{room.places['Ann']}/check-in", data={"code": room.code})
    assert answer.status_code == 422
    assert said in answer.text
    assert room.noted() == {}


def test_guessing_is_slowed_down_and_does_not_stop_the_others_in_the_room(room: Room, app: Flask) -> None:
    with clock.frozen(room.starts_at):
        ann, ben = room.sign_in(app.test_client(), "Ann"), room.sign_in(app.test_client(), "Ben")
        for _try in range(10):
            ann.post(f"/places/{room.places['Ann']}/check-in", data={"code": "000000"})
        answer = ann.post(f"/places/{room.places['Ann']}/check-in", data={"code": room.code})
        assert "Too many tries" in answer.text
        answer = ben.post(f"/places/{room.places['Ben']}/check-in", data={"code": room.code})
        assert answer.status_code == 302
    assert room.noted() == {"Ben": (True, "code")}


def test_participants_see_their_own_attendance_and_nobody_elses(room: Room, client: FlaskClient) -> None:
    room.note("Ann")
    with clock.frozen(room.starts_at):
        room.sign_in(client, "Ben")
        page = client.get(f"/places/{room.places['Ben']}/check-in").text
        assert client.get(f"/places/{room.places['Ann']}/check-in").status_code == 404
        assert client.get(f"/agenda/{room.slug}/attendance").status_code == 403
        assert client.get(room.list_address()).status_code == 403
        public = client.get(f"/visits/{room.slug}/agenda").text
    assert "None yet." in page
    for text in (page, public):
        assert room.code not in text
        assert spaced(room.code) not in text
        assert "did not come" not in text


def test_the_register_is_taken_along_as_a_table(room: Room, client: FlaskClient) -> None:
    room.note("Ann", shown=("Cat",))
    room.check_in("Cat", at=room.starts_at + timedelta(minutes=5))
    with writing() as session:
        application = make_application(
            session,
            session.get_one(Visit, room.visit).call,
            [session.get_one(Visit, room.visit)],
            make_person(session, "Dan"),
        )
        visit = session.get_one(Visit, room.visit)
        visit.capacity = 4
        make_place(session, visit, application, PlaceState.ACCEPTED, 4)
    room.sign_in(client, "host")
    answer = client.get(f"/agenda/{room.slug}/attendance.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{room.slug}-attendance.csv"'
    rows = [row for row in csv_rows(answer) if row["Session"] == "Harbour walk"]
    said = {row["Name"].split()[0]: (row["Attendance"], row["How noted"], row["Noted at"]) for row in rows}
    assert said == {
        "Ann": ("present", "host's list", wall(room, 0)),
        "Ben": ("absent", "host's list", wall(room, 0)),
        "Cat": ("present", "own code", wall(room, 5)),
        "Dan": ("not noted", "", ""),
    }
    with writing() as session:
        host = session.get_one(Person, room.host).name
    assert [row["Noted by"] for row in rows] == [host, host, rows[2]["Name"], ""]
    assert {(row["From"], row["Until"], row["Time zone"]) for row in rows} == {
        (wall(room, 0), wall(room, 60), "Europe/Amsterdam")
    }
    assert [list(row.values()) for row in csv_rows(answer)] == workbook_rows(client, room)[1:]


def wall(room: Room, minutes: int) -> str:
    return f"{to_wall(room.starts_at + timedelta(minutes=minutes), 'Europe/Amsterdam'):%Y-%m-%d %H:%M}"


def csv_rows(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def workbook_rows(client: FlaskClient, room: Room) -> list[list[str]]:
    book = load_workbook(io.BytesIO(client.get(f"/agenda/{room.slug}/attendance.xlsx").data))
    cells = [list(row) for row in book.worksheets[0].iter_rows()]
    assert all(cell.data_type != "f" for row in cells for cell in row)
    return [[str(cell.value or "") for cell in row] for row in cells]


def test_no_cell_of_the_table_is_run_by_a_spreadsheet(room: Room, client: FlaskClient) -> None:
    with writing() as session:
        ann, ben = session.get_one(Person, room.people["Ann"]), session.get_one(Person, room.people["Ben"])
        ann.name, ann.organisation = "=HYPERLINK(1)", "@SUM(A1)"
        ben.name = "+1"
        session.scalars(select(AgendaSession).filter_by(title="Harbour walk")).unique().one().title = "-2+3"
        visit, host = session.get_one(Visit, room.visit), session.get_one(Person, room.host)
        publish(session, visit, host, NOW, day=1)
        host.name = "\t=cmd"
    room.note("Ann")
    room.sign_in(client, "host")
    cells = [
        cell
        for row in csv_rows(client.get(f"/agenda/{room.slug}/attendance.csv"))
        for cell in row.values()
        if cell
    ]
    for text in ("'=HYPERLINK(1)", "'@SUM(A1)", "'+1", "'-2+3", "'\t=cmd"):
        assert text in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    in_book = {cell for row in workbook_rows(client, room) for cell in row}
    assert {"=HYPERLINK(1)", "@SUM(A1)", "-2+3"} <= in_book, "text, as it was typed"


def test_the_table_is_for_host_and_organiser_and_the_log_says_who_took_it(
    room: Room, client: FlaskClient
) -> None:
    room.note("Ann")
    for form in ("csv", "xlsx"):
        address = f"/agenda/{room.slug}/attendance.{form}"
        room.sign_in(client, "Ann")
        assert client.get(address).status_code == 403
        room.sign_in(client, "host")
        assert address in client.get(f"/agenda/{room.slug}/attendance").text
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    reading().rollback()
    lines = reading().scalars(select(AuditLine).filter_by(action="attendance.exported")).all()
    assert [(line.actor_id, line.detail) for line in lines] == [
        (room.host, {"kind": "csv"}),
        (room.host, {"kind": "xlsx"}),
    ]


def test_a_table_of_many_costs_as_many_statements_as_of_one(room: Room, client: FlaskClient) -> None:
    room.sign_in(client, "host")
    address = f"/agenda/{room.slug}/attendance.csv"
    with counting(db.engine) as before:
        client.get(address)
    room.note("Ann")
    room.check_in("Cat")
    with writing() as session:
        visit, host = session.get_one(Visit, room.visit), session.get_one(Person, room.host)
        publish(session, visit, host, NOW, day=1)
    with counting(db.engine) as after:
        client.get(address)
    assert len(after) == len(before)
