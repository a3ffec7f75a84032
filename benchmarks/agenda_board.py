"""A move on the agenda's board with 200 sessions, in Chromium: until the session stands there, and until all is saved.

    .venv/bin/python -m benchmarks.agenda_board [--sessions 200] [--moves 20]

The product is served as in production, by one gunicorn process. Prints median and 95th percentile, in milliseconds, of
a press of an arrow key while a session is held until the next frame is painted, and of putting it down until what the
server answers is painted. Exit code 1 if half of the arrow presses take 100 ms or more.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy.orm import Session

from benchmarks.servers import serving
from peer_visits.accounts.models import Person
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind
from peer_visits.config import read_settings
from peer_visits.storage.transaction import db, writing
from tests.support import apps
from tests.support.browser import find_chromium, launch
from tests.support.factories import NOW, make_call, make_host, make_visit
from tests.support.processes import environment

MOST = 100.0
DAYS = 5
START = datetime(2026, 9, 14, 9, 0)  # noqa: DTZ001 - by the clock of the visit
PAINTED = """key => new Promise(done => {
  const before = performance.now();
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - before)));
})"""
SAVED = """() => new Promise(done => {
  const before = performance.now();
  const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - before)));
  document.addEventListener("agenda:settled", painted, { once: true });
  document.activeElement.click();
})"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--moves", type=int, default=20)
    wanted = parser.parse_args()
    program = find_chromium()
    if program is None:
        print("There is no Chromium here.")
        return 1
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        env = environment(Path(folder))
        slug, cookie = make_board(env, wanted.sessions)
        with serving("wsgi:app", env) as server:
            context = launch(playwright, program).new_context(viewport={"width": 1280, "height": 1000})
            context.add_cookies([{"name": "session", "value": cookie, "url": server.address}])
            page = context.new_page()
            page.goto(f"{server.address}/agenda/{slug}")
            painted, saved = measure(page, wanted.moves)
    show("arrow key until painted", painted)
    show("put down until saved and shown", saved)
    return int(statistics.median(painted) >= MOST)


def make_board(env: Mapping[str, str], count: int) -> tuple[str, str]:
    """A board with so many sessions over five days; its address and the cookie of its host."""
    app = apps.make_app(read_settings(env), csrf=True)
    with app.app_context():
        with writing() as session:
            host, slug = _fill(session, count)
        cookie = apps.sign_in(app.test_client(), host).get_cookie("session")
        db.engine.dispose()
    assert cookie is not None
    return slug, cookie.value


def _fill(session: Session, count: int) -> tuple[Person, str]:
    visit = make_visit(session, make_call(session))
    visit.announced_starts_on = START.date()
    visit.announced_ends_on = (START + timedelta(days=DAYS - 1)).date()
    host = make_host(session, visit)
    for number in range(count):
        wall = START + timedelta(days=number % DAYS, minutes=15 * (number // DAYS % 36))
        content = SessionContent(
            SessionKind.BREAKOUT,
            f"Session {number}",
            wall,
            45,
            room=f"Room {number % 12}",
            speakers=[f"Ada {number % 50}"],
        )
        add_session(session, actor=host, now=NOW, visit=visit, content=content)
    return host, visit.slug


def measure(page: Page, moves: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each arrow press, and of each putting down."""
    painted: list[float] = []
    saved: list[float] = []
    for number in range(moves):
        page.locator("li > [data-grip]").nth(number * 7 % 100).focus()
        page.keyboard.press("Enter")
        painted += [float(page.evaluate(PAINTED, "ArrowDown")) for _step in range(3)]
        saved.append(float(page.evaluate(SAVED)))
    return painted, saved


def show(what: str, values: list[float]) -> None:
    """One line of figures."""
    late = sorted(values)[int(0.95 * (len(values) - 1))]
    print(
        f"{what}: median {statistics.median(values):.0f} ms, 95th percentile {late:.0f} ms, of {len(values)}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
