"""A call with twenty questions of every kind, in two languages, built, published, applied to and exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from peer_visits.accounts.passwords import hash_password
from peer_visits.applications.models import Application
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.cli.check import find_broken
from peer_visits.kernel import clock
from peer_visits.kernel.zones import to_wall
from peer_visits.library.samples import sample_pdf
from peer_visits.storage.transaction import db, reading, writing
from tests.journeys.stage import PASSWORD, Player, Stage, mails_of
from tests.support import apps
from tests.support.browser import serving
from tests.support.factories import make_organiser, make_person, make_programme

pytestmark = pytest.mark.browser

ANSWERS_OF_ONE = "Archives\nBuildings\nCrafts"
IN_FINNISH = "Arkistot\nRakennukset\nKäsityöt"


@dataclass(frozen=True)
class Ask:
    """A question as its organiser types it."""

    label: str
    kind: str
    finnish: str
    options: bool = False
    of_choice: bool = False
    only_if: str = ""
    fill: dict[str, str] = field(default_factory=dict)


ASKS = [
    Ask("Your role", "Short text", "Roolisi"),
    Ask("Have you taken part before?", "Yes or no", "Oletko osallistunut aiemmin?"),
    Ask("In which year?", "Short text", "Minä vuonna?", only_if="Have you taken part before?: Yes"),
    Ask(
        "What did not change at home?",
        "Long text",
        "Mikä ei muuttunut?",
        only_if="Have you taken part before?: Yes",
    ),
    Ask("In ten words, why now?", "Long text", "Miksi nyt?", fill={"At most": "10"}),
    Ask("Your main field", "One of several answers", "Pääalasi", options=True),
    Ask("Other fields", "Several of several answers", "Muut alat", options=True),
    Ask("Inhabitants", "Number", "Asukkaita", fill={"Lowest number": "1", "Highest number": "20000000"}),
    Ask("Colleagues in this work", "Number", "Työtovereita"),
    Ask("There since", "Date", "Siellä vuodesta"),
    Ask("Do you travel with an assistant?", "Yes or no", "Matkustatko avustajan kanssa?"),
    Ask("My name may stand on the list.", "Consent", "Nimeni saa olla listalla."),
    Ask("Where do you travel from?", "Country", "Mistä matkustat?"),
    Ask("Your English", "Language level", "Englantisi"),
    Ask("The language of the host", "Language level", "Isännän kieli", of_choice=True),
    Ask("What you would show them", "Long text", "Mitä näyttäisit?", of_choice=True),
    Ask("A page about your work", "Link", "Sivu työstäsi"),
    Ask("A letter of support", "File", "Tukikirje"),
]


@pytest.fixture(params=["mouse", "keyboard"])
def stage(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    app = apps.make_app(apps.test_settings(tmp_path, f"sqlite:///{tmp_path / 'applying.sqlite'}"), csrf=True)
    with app.app_context(), serving(app) as address:
        stage = Stage(chromium, address, request.param)
        yield stage
        stage.close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def people(stage: Stage) -> dict[str, str]:
    """An organiser with a programme and an applicant, both with a password."""
    password_hash = hash_password(PASSWORD)
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        applicant = make_person(session, "Nora Newcomer", organisation="=City of Example")
        organiser.password_hash = applicant.password_hash = password_hash
        return {"organiser": organiser.email, "applicant": applicant.email, "programme": programme.slug}


def test_a_call_of_twenty_questions_is_built_published_applied_to_and_exported(
    stage: Stage, people: dict[str, str], tmp_path: Path
) -> None:
    olga = stage.signed_in(people["organiser"])
    slug = begin(olga, people["programme"])
    for ask in ASKS:
        add_question(olga, slug, ask)
    add_visit(olga, slug)
    publish(olga, slug)
    nora = stage.signed_in(people["applicant"])
    apply(nora, slug, tmp_path)
    export(olga, slug)
    reading().rollback()
    assert find_broken(reading()) == []
    assert stage.found == [], "the console, the content policy or a foreign request had something to say"


def begin(olga: Player, programme: str) -> str:
    olga.go(f"/organise/programmes/{programme}/calls/new")
    olga.write("Title of the call", "Visits of the spring")
    olga.press("Begin the call")
    olga.sees("The call is begun.")
    slug = olga.page.url.split("/")[-2]
    now = to_wall(clock.now(), "Europe/Brussels")
    olga.write("Summary", "Ten hosts invite.")
    olga.tick(olga.page.get_by_label("Finnish"))
    olga.write("What happens with the answers", "Kept for two years.")
    for label, moment in (("Opens", now - timedelta(days=1)), ("Closes", now + timedelta(days=9))):
        olga.page.get_by_label(label, exact=True).fill(moment.replace(microsecond=0).isoformat())
    olga.set_day("Answers by", (now + timedelta(days=20)).date())
    olga.press("Save the settings")
    olga.sees("The settings are saved.")
    for label, finnish in (("What you bring", "Mitä tuot"), ("What you want to learn", "Mitä opit")):
        olga.go(f"/organise/calls/{slug}/questions")
        olga.press(label)
        olga.write("Question (Finnish)", finnish)
        olga.press("Save the question")
        olga.sees("The question is saved.")
    return slug


def add_question(olga: Player, slug: str, ask: Ask) -> None:
    olga.go(f"/organise/calls/{slug}/questions/new")
    olga.choose("Kind of answer", ask.kind)
    olga.write("Question (English)", ask.label)
    if ask.options:
        olga.write("Answers to choose from, one on each line (English)", ANSWERS_OF_ONE)
    olga.write("Question (Finnish)", ask.finnish)
    if ask.options:
        olga.write("Answers to choose from, one on each line (Finnish)", IN_FINNISH)
    if ask.of_choice:
        olga.choose("Asked", "For each chosen visit")
    if ask.only_if:
        olga.press_locator(olga.page.locator("summary", has_text="Ask only some applicants"))
        olga.tick(olga.page.get_by_label(ask.only_if))
    for label, value in ask.fill.items():
        olga.write(label, value)
    if ask.label.startswith("In ten words"):
        olga.choose("Counted in", "words")
    olga.write("What it is asked for", "To put the groups together.")
    olga.press("Save the question")
    olga.sees("The question is added.")


def add_visit(olga: Player, slug: str) -> None:
    olga.go(f"/organise/calls/{slug}/visits/new")
    olga.write("Place", "Łódź")
    olga.choose("Country", "Poland")
    olga.write("Host", "City of Łódź")
    olga.write("Title", "The mills")
    olga.set_day("First day", (clock.now() + timedelta(days=90)).date())
    olga.press("Save the visit")
    olga.sees("The visit is added.")


def publish(olga: Player, slug: str) -> None:
    olga.go(f"/organise/calls/{slug}/publish")
    olga.sees("Nothing is missing")
    olga.press("Publish the call")
    olga.sees("The call is public.")
    reading().rollback()
    call = reading().scalars(select(Call).where(Call.slug == slug)).unique().one()
    assert call.state is CallState.PUBLISHED


def apply(nora: Player, slug: str, folder: Path) -> None:
    letter = folder / "letter.pdf"
    letter.write_bytes(sample_pdf("A letter", "A test", "Łódź"))
    nora.go(f"/calls/{slug}/apply")
    nora.press("Finnish")
    nora.page.wait_for_url("**language=fi**")
    page = nora.page
    nora.choose("Visit", "Łódź (PL): The mills")
    nora.write("Why this visit", "Because of the mills.")
    nora.choose("Isännän kieli", "A1 beginner")
    nora.write("Mitä näyttäisit?", "Our harbour.")
    nora.write("Mitä tuot", "Six years.")
    nora.write("Mitä opit", "How volunteers stay.")
    nora.write("Roolisi", "Curator")
    assert not page.get_by_label("Minä vuonna?").is_visible()
    answer(nora, "Oletko osallistunut aiemmin?", "Yes")
    nora.write("Minä vuonna?", "2021")
    nora.write("Mikä ei muuttunut?", "The roof.")
    nora.write("Miksi nyt?", "one two three four five six seven eight nine ten eleven")
    assert "too many" in page.locator("p.count.over").inner_text()
    answer(nora, "Pääalasi", "Arkistot")
    nora.tick(page.get_by_role("group", name="Muut alat").get_by_label("Käsityöt"))
    nora.write("Asukkaita", "many")
    nora.write("Työtovereita", "12")
    nora.set_day("Siellä vuodesta", (clock.now() - timedelta(days=900)).date())
    answer(nora, "Matkustatko avustajan kanssa?", "No")
    nora.choose("Mistä matkustat?", "Finland")
    nora.choose("Englantisi", "C1 advanced")
    nora.write("Sivu työstäsi", "https://example.org/work")
    nora.upload(page.locator("input[type=file]"), letter)
    page.get_by_text("letter.pdf is kept.").wait_for()
    nora.press("Check and send")
    for reason in (
        "Write at most 10 words.",
        "Write a number, such as 12 or 3.5.",
        "This consent is needed to apply.",
    ):
        nora.sees(reason)
    nora.write("Miksi nyt?", "one two three four five six seven eight nine ten")
    nora.write("Asukkaita", "670 000")
    nora.tick(page.get_by_label("Nimeni saa olla listalla."))
    nora.press("Check and send")
    page.wait_for_url("**/apply/check")
    nora.sees("The roof.")
    nora.press("Send application")
    nora.sees("Your application is sent.")
    [receipt] = mails_of("application.submitted")
    assert "Archives" in receipt.text, "in the language of her account"
    downloaded = page.request.get(f"{nora.address}/applications/{application_id()}/receipt.pdf")
    assert downloaded.body().startswith(b"%PDF-")


def answer(nora: Player, question: str, option: str) -> None:
    """Choose one of a group of buttons."""
    group = nora.page.get_by_role("group", name=question)
    labels = [label.strip() for label in group.locator("label").all_text_contents()]
    target = group.get_by_label(option, exact=True)
    if type(nora.hand).__name__ == "Mouse":
        nora.tick(target)
        return
    # By keys a group is one stop; the arrow keys choose in it.
    nora.tick(group.get_by_role("radio").first)
    for _step in range(labels.index(option)):
        nora.page.keyboard.press("ArrowDown")
    assert target.is_checked()


def application_id() -> object:
    reading().rollback()
    return reading().scalars(select(Application.id)).one()


def export(olga: Player, slug: str) -> None:
    olga.go(f"/organise/calls/{slug}/applications?q=lodz")
    olga.sees("Nobody found")
    olga.go(f"/organise/calls/{slug}/applications?q=curator")
    olga.sees("Nora Newcomer")
    text = olga.page.request.get(f"{olga.address}/organise/calls/{slug}/applications.csv").text()
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["Organisation"] == "'=City of Example"
    for ask in ASKS:
        head = f"1st choice: {ask.label}" if ask.of_choice else ask.label
        assert row[head], f"{head} is empty in the export"
    assert row["Inhabitants"] == "670,000"
    assert row["Your main field"] == "Archives"
