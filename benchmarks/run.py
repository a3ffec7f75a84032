"""Measures every main page at several sizes beside the floor, in one run, and prints ratios.

    .venv/bin/python -m benchmarks.run [--sizes 100,1000,10000] [--requests 100] [--only "host's board"] [--json FILE]

CPU milliseconds of the server per request are what is compared: on a busy machine they are steadier than waiting
time. Exit code 1 if a page's number of statements depends on the size, or a page grows by more than half from the
smallest to the largest. Searches and overviews are shown beside, and not held to it. The host desk's pages work on all
choices of one visit at once, so they are held to what a visit has: 1.3 from 50 to 500 choices, with six visits
`--sizes 150,1500`; the 6,700 of the largest size are shown beside.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import Any

from benchmarks.servers import Server, serving
from peer_visits.config import read_settings
from tests.support.processes import environment, run_flask
from tests.support.statements import counting

BLOCK = 10
MOST_GROWTH = 1.5
# What the pages of a host may grow by from 50 to 500 choices.
DESK_GROWTH, DESK_SIZES = 1.3, [150, 1500]
DESK_PAGES = frozenset({"host's board", "reading page", "side by side"})
# Few enough that the first page of every list is full at the smallest size: growth is of cost, not of content.
VISITS = 6
# Shown, and not held to the promise: a search that finds everybody reads and sorts them, an overview counts them.
# A filter's first page is full only at the larger sizes.
NOT_LISTS = frozenset({"search that finds all", "organiser's call", "organiser's filter"})


@dataclass(frozen=True)
class Figures:
    """One page at one size. Times in milliseconds."""

    page: str
    applications: int
    median: float
    p95: float
    cpu: float
    statements: int
    floor_cpu: float
    kilobytes: float

    @property
    def ratio(self) -> float:
        """CPU beside the floor's in the same run."""
        return self.cpu / self.floor_cpu


def main() -> int:
    """Measure, print, and say whether the promise holds."""
    arguments = _arguments()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    only = frozenset(arguments.only)
    figures = [one for size in sizes for one in measure_size(size, arguments.requests, only)]
    print_table(figures, sizes)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps([asdict(one) for one in figures], indent=2))
    problems = broken_promises(figures, sizes)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--only", action="append", default=[], help="measure this page; may be repeated")
    parser.add_argument("--json")
    return parser.parse_args()


def measure_size(applications: int, requests: int, only: frozenset[str] = frozenset()) -> list[Figures]:
    """Fill a fresh database, serve product and floor on it, and measure every page."""
    with tempfile.TemporaryDirectory(prefix="peer-visits-bench-") as folder:
        env = environment(Path(folder))
        run_flask(env, "db", "upgrade")
        filled = ("--applications", str(applications), "--visits", str(VISITS), "--seed", "1")
        report: dict[str, Any] = json.loads(run_flask(env, "volume", *filled))
        pages = [page for page in report["pages"] if not only or page["name"] in only]
        floor_env = {**env, "FLOOR_DATABASE": read_settings(env).database_url}
        with serving("wsgi:app", env) as product, serving("benchmarks.floor:app", floor_env) as floor:
            cookies = {
                who: product.sign_in(who, report["password"])
                for who in {page["as"] for page in pages if page["as"]}
            }
            statements = count_statements(env, pages)
            return [
                _measure_page(product, floor, page, cookies, applications, requests, statements)
                for page in pages
            ]


def _measure_page(
    product: Server,
    floor: Server,
    page: dict[str, Any],
    cookies: dict[str, str],
    applications: int,
    requests: int,
    statements: dict[str, int],
) -> Figures:
    """Blocks of the page and of the floor take turns, so that noise meets both."""
    cookie = cookies.get(page["as"] or "", "")
    product.get(page["path"], cookie)
    waits: list[float] = []
    cpu = floor_cpu = 0.0
    length = 0
    for _block in range(max(1, requests // BLOCK)):
        before = product.cpu_seconds()
        for _request in range(BLOCK):
            seconds, length = product.get(page["path"], cookie)
            waits.append(seconds * 1000)
        cpu += product.cpu_seconds() - before
        before = floor.cpu_seconds()
        for _request in range(BLOCK):
            floor.get("/")
        floor_cpu += floor.cpu_seconds() - before
    count = len(waits)
    return Figures(
        page=page["name"],
        applications=applications,
        median=statistics.median(waits),
        p95=sorted(waits)[int(count * 0.95) - 1],
        cpu=cpu * 1000 / count,
        statements=statements[page["name"]],
        floor_cpu=max(floor_cpu * 1000 / count, 0.01),
        kilobytes=length / 1024,
    )


def count_statements(env: dict[str, str], pages: list[dict[str, Any]]) -> dict[str, int]:
    """SQL statements of each page, counted in a process of our own on the same database."""
    from peer_visits import create_app
    from peer_visits.accounts.services import find_person
    from peer_visits.storage.transaction import db, reading
    from tests.support.apps import FreshClient, sign_in

    app = create_app(read_settings(env))
    app.test_client_class = FreshClient
    counts: dict[str, int] = {}
    with app.app_context():
        for page in pages:
            client = app.test_client()
            person = find_person(reading(), page["as"]) if page["as"] else None
            if person:
                sign_in(client, person)
            reading().rollback()
            with counting(db.engine) as seen:
                client.get(page["path"])
            counts[page["name"]] = len(seen)
        db.session.remove()
        db.engine.dispose()
    return counts


def print_table(figures: list[Figures], sizes: list[int]) -> None:
    """One line per page and size; growth beside the largest."""
    head = ("page", "applications", "median ms", "p95 ms", "CPU ms", "statements", "x floor", "kB", "growth")
    print(("{:<20}" + "{:>13}" * 8).format(*head))
    for one in sorted(figures, key=lambda one: (one.page, one.applications)):
        grown = f"{growth(figures, one.page, sizes):.2f}" if one.applications == sizes[-1] else ""
        values = (f"{one.median:.1f}", f"{one.p95:.1f}", f"{one.cpu:.1f}", one.statements)
        print(
            ("{:<20}" + "{:>13}" * 8).format(
                one.page, one.applications, *values, f"{one.ratio:.1f}", f"{one.kilobytes:.0f}", grown
            )
        )


def growth(figures: list[Figures], page: str, sizes: list[int]) -> float:
    """Ratio to the floor at the largest size by that at the smallest: the floor takes the machine's noise out."""
    by_size = {one.applications: one.ratio for one in figures if one.page == page}
    return by_size[sizes[-1]] / by_size[sizes[0]]


def broken_promises(figures: list[Figures], sizes: list[int]) -> list[str]:
    """Pages whose statements depend on the size, or which grow too much."""
    found = []
    for page in dict.fromkeys(one.page for one in figures):
        counts = {one.statements for one in figures if one.page == page}
        if len(counts) > 1:
            found.append(f"{page}: {sorted(counts)} statements at different sizes")
        grown = growth(figures, page, sizes) if len(sizes) > 1 else 1.0
        if grown > most_growth(page, sizes):
            found.append(f"{page}: grows {grown:.2f} times")
    return found


def most_growth(page: str, sizes: list[int]) -> float:
    """By how much a page may grow between these sizes; infinite where nothing is promised."""
    if page in DESK_PAGES:
        return DESK_GROWTH if sizes == DESK_SIZES else inf
    return inf if page in NOT_LISTS else MOST_GROWTH


if __name__ == "__main__":
    sys.exit(main())
