"""The solver on published and generated calls, beside greedy and deferred acceptance on the same calls.

    .venv/bin/python -m benchmarks.allocation [m1 m2 ... 1000x10 3000x10 10000x50] [--seconds 180] [--json FILE]
    .venv/bin/python -m benchmarks.allocation --what-if 1000x10
    .venv/bin/python -m benchmarks.allocation --same m1 1000x10

Prints per call: seconds and processor seconds of the solvers, seconds to the first complete answer, the most memory of
one solver, the levels, and for each method: places filled, soft cost, points, hard rules broken. All are judged by the
same evaluator. Without names: every published call, then 1,000 x 10 and 3,000 x 10. `--what-if` solves each call, then
three more times: with somebody placed by hand, with somebody kept out, and with a cap loosened by one. `--same` solves
it five times with its rows shuffled, and compares the bytes of the answers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from peer_visits.allocation.solving import (
    Answer,
    Applicant,
    Application,
    Event,
    Instance,
    Placement,
    Progress,
    Rule,
    WaitingList,
    explain,
    judge,
    read_instance,
    solve,
)
from peer_visits.allocation.solving.groups import Group
from tests.allocation.published import MEDIUM, TINY, call

# From the largest to the smallest number of people.
COUNTRIES = (
    *("IT", "ES", "FR", "PL", "DE", "RO", "EL", "PT", "NL", "BE", "SE", "HU", "AT", "BG", "CZ", "DK"),
    *("FI", "SK", "IE", "HR", "LT", "SI", "LV", "EE", "CY", "MT", "TR", "UA", "RS", "MK", "LU"),
)
TYPES = {"municipality": 30, "ngo": 25, "school": 18, "university": 12, "region": 9, "company": 6}
PLACES = 24
DECLINES = 60
ALIKE = 4  # the larger, the more organisations send one person only


def generated(people: int, visits: int, seed: int) -> dict[str, Any]:
    """A call with the standard rules: few large countries, a few organisations that send many, popular visits."""
    draw = Random(seed)
    names = [f"V{number:02d}" for number in range(1, visits + 1)]
    popularity = [1 / (index + 2) ** 0.6 for index in range(visits)]
    hosts = {name: draw.gauss(0, 6) for name in names}
    orgs: dict[tuple[str, str], list[str]] = defaultdict(list)
    applicants, applications = [], []
    for number in range(1, people + 1):
        person = _person(draw, f"A{number:05d}", orgs)
        applicants.append(person)
        quality = draw.gauss(62, 14)
        wanted = draw.choices([1, 2, 3], [25, 30, 45])[0]
        for rank, visit in enumerate(_wishes(draw, names, popularity, wanted), start=1):
            score = round(min(100, max(0, quality + hosts[visit] + draw.gauss(0, 9))))
            wish = {"applicant": person["id"], "visit": visit, "rank": rank, "score": score}
            applications.append(wish | {"eligible": draw.random() >= 0.03})
    return {
        "schema": "peer-visits/allocation/1",
        "name": f"{people}x{visits}",
        "seed": f"benchmark-{seed}",
        "max_visits_per_applicant": 1,
        "visits": [{"id": name, "capacity": PLACES} for name in names],
        "applicants": applicants,
        "applications": applications,
        "rules": call("m1-240x10-standard")["rules"],
        "objective": ["filled", "soft", "score", "rank", "lottery"],
    }


def _person(draw: Random, name: str, orgs: dict[tuple[str, str], list[str]]) -> dict[str, Any]:
    weights = [110 * (3 / 110) ** (index / (len(COUNTRIES) - 1)) for index in range(len(COUNTRIES))]
    country = draw.choices(COUNTRIES, weights)[0]
    kind = draw.choices(list(TYPES), list(TYPES.values()))[0]
    seated = orgs[country, kind]
    is_new = draw.random() * (len(seated) + ALIKE) < ALIKE
    org = f"{country}-{kind}-{len(set(seated))}" if is_new else draw.choice(seated)
    seated.append(org)
    return {
        "id": name,
        "country": country,
        "org": org,
        "org_type": kind,
        "newcomer": draw.random() < 0.35,
        "gender": draw.choices(["f", "m", "x", None], [57, 34, 1, 8])[0],
    }


def _wishes(draw: Random, names: list[str], weights: list[float], wanted: int) -> list[str]:
    chosen: list[str] = []
    while len(chosen) < wanted:
        visit = draw.choices(names, weights)[0]
        if visit not in chosen:
            chosen.append(visit)
    return chosen


class Filling:
    """Places given one by one, under the hard rules that set an upper limit."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.people = instance, instance.people()
        self.groups = {visit.id: Group(instance, visit.id) for visit in instance.visits}
        self.capacity = {visit.id: visit.capacity for visit in instance.visits}
        self.left = instance.limits()
        self.held: dict[str, set[str]] = defaultdict(set)

    def fits(self, person: str, visit: str) -> bool:
        """Whether a place is free for them and no upper limit is passed."""
        if (
            self.left[person] < 1
            or len(self.groups[visit]) >= self.capacity[visit]
            or self._clashes(person, visit)
        ):
            return False
        after, _soft = self.groups[visit].after(joins=self.people[person])
        return not any(after[tally.name] for tally in self.groups[visit].tallies if is_cap(tally.rule))

    def _clashes(self, person: str, visit: str) -> bool:
        return any(visit in clash and self.held[person] & set(clash) for clash in self.instance.clashes)

    def place(self, person: str, visit: str) -> None:
        """Give the place."""
        self.groups[visit].join(self.people[person])
        self.left[person] -= 1
        self.held[person].add(visit)

    def placements(self) -> list[Placement]:
        """Who got what."""
        return [(person, visit) for visit, group in self.groups.items() for person in group.people]


def greedy(instance: Instance) -> list[Placement]:
    """All applications by score, each granted if it still fits."""
    filling = Filling(instance)
    for wish in sorted(instance.applications, key=lambda wish: (-wish.score, wish.rank, wish.key)):
        if wish.eligible and filling.fits(*wish.key):
            filling.place(*wish.key)
    return filling.placements()


def deferred_acceptance(instance: Instance) -> list[Placement]:
    """People ask by their ranks; a visit keeps the best by score under its upper limits, and the others ask on."""
    wishes: dict[str, list[Application]] = defaultdict(list)
    for wish in sorted(instance.applications, key=lambda wish: -wish.rank):
        if wish.eligible:
            wishes[wish.applicant].append(wish)
    kept: dict[str, list[Application]] = defaultdict(list)
    left, people = instance.limits(), instance.people()
    waiting = sorted(wishes)
    while waiting:
        person = waiting.pop()
        while wishes[person] and left[person] > 0:
            wish = wishes[person].pop()
            left[person] -= 1
            asking = [*kept[wish.visit], wish]
            kept[wish.visit] = _choice(instance, people, asking)
            for other in asking:
                if other not in kept[wish.visit]:
                    left[other.applicant] += 1
                    waiting.append(other.applicant)
    return [wish.key for group in kept.values() for wish in group]


def _choice(instance: Instance, people: dict[str, Applicant], wishes: list[Application]) -> list[Application]:
    """The best of them that fit together."""
    visit = wishes[0].visit
    capacity = next(one.capacity for one in instance.visits if one.id == visit)
    group, chosen = Group(instance, visit), list[Application]()
    for wish in sorted(wishes, key=lambda wish: (-wish.score, wish.applicant)):
        after, _soft = group.after(joins=people[wish.applicant])
        if len(group) < capacity and not any(
            after[tally.name] for tally in group.tallies if is_cap(tally.rule)
        ):
            group.join(people[wish.applicant])
            chosen.append(wish)
    return chosen


def is_cap(rule: Rule) -> bool:
    """Whether it is a hard upper limit."""
    return rule.hard and rule.kind in {"max", "max_each"}


@dataclass
class Measured:
    """One call. Seconds of waiting, of processors, and until a first complete answer; memory in MB."""

    name: str
    status: str
    seconds: float
    cpu: float
    first: float | None
    memory: int
    levels: dict[str, int]
    gaps: dict[str, float | None]
    seconds_of_levels: dict[str, float]
    proven_by: dict[str, list[str]]
    unique: bool | None
    methods: dict[str, dict[str, int]] = field(default_factory=dict)
    waiting: float | None = None  # milliseconds for one event of the waiting list
    reasons: float | None = None  # seconds for the reasons of all


def measure(data: Any, seconds: float) -> Measured:
    """Solve, and compare."""
    instance = read_instance(data)
    first: list[float] = []

    def hear(progress: Progress) -> None:
        if progress.placed is not None and not first:
            first.append(progress.seconds)

    before = _children_cpu()
    answer = solve(instance, seconds=seconds, progress=hear)
    measured = _measured(answer, _children_cpu() - before, first)
    methods: dict[str, Callable[[Instance], list[Placement]]] = {
        "optimum" if answer.status == "optimal" else "best": lambda _instance: list(answer.placements),
        "greedy": greedy,
        "deferred acceptance": deferred_acceptance,
    }
    if answer.placements:
        for name, method in methods.items():
            measured.methods[name] = _judged(instance, method(instance))
        measured.waiting = _waiting(instance, answer.placements)
        started = time.monotonic()
        explain(instance, answer.placements)
        measured.reasons = round(time.monotonic() - started, 2)
    return measured


def _waiting(instance: Instance, placements: Sequence[Placement]) -> float:
    """Sixty people decline, one after the other."""
    waiting = WaitingList(instance, placements)
    declined = Random(1).sample(sorted(placements), min(DECLINES, len(placements)))
    started = time.monotonic()
    for person, visit in declined:
        waiting.handle(Event("decline", person, visit))
    return round((time.monotonic() - started) * 1000 / len(declined), 2)


def what_if(data: dict[str, Any], seconds: float) -> dict[str, float]:
    """Seconds for the call, and for three questions about it."""
    answer = solve(read_instance(data), seconds=seconds)
    placed = {person for person, _visit in answer.placements}
    left_out = next(
        wish for wish in data["applications"] if wish["eligible"] and wish["applicant"] not in placed
    )
    pin = {"applicant": left_out["applicant"], "visit": left_out["visit"]}
    first = answer.placements[0]
    kept_out = [
        wish | {"eligible": False} if (wish["applicant"], wish["visit"]) == first else wish
        for wish in data["applications"]
    ]
    cap = next(rule for rule in data["rules"] if rule["kind"] == "max_each" and rule["hard"])
    loosened = [rule | {"bound": rule["bound"] + 1} if rule is cap else rule for rule in data["rules"]]
    asked = {
        "one placed by hand": data | {"pinned": [pin]},
        "one kept out": data | {"applications": kept_out},
        "a cap loosened by one": data | {"rules": loosened},
    }
    took = {"the call": answer.seconds}
    for name, other in asked.items():
        again = solve(read_instance(other), seconds=seconds)
        took[name] = again.seconds if again.status == "optimal" else float("inf")
    return {name: round(value, 1) for name, value in took.items()}


def same(data: dict[str, Any], seconds: float, runs: int = 5) -> set[str]:
    """Hashes of what runs with shuffled rows answer; one if all are the same."""
    found = set()
    for number in range(runs):
        shuffled = {
            name: Random(number).sample(rows, len(rows))
            if name in {"visits", "applicants", "applications", "rules"}
            else rows
            for name, rows in data.items()
        }
        answer = solve(read_instance(shuffled), seconds=seconds)
        text = json.dumps([answer.status, answer.levels, answer.placements], sort_keys=True)
        found.add(hashlib.sha256(text.encode()).hexdigest())
    return found


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _measured(answer: Answer, cpu: float, first: list[float]) -> Measured:
    return Measured(
        answer.name,
        answer.status,
        round(answer.seconds, 2),
        round(cpu, 2),
        round(first[0], 2) if first else None,
        answer.memory // 1_000_000,
        answer.levels,
        {result.level: result.gap for result in answer.results},
        {result.level: round(result.seconds, 2) for result in answer.results},
        answer.proof,
        answer.unique,
    )


def _judged(instance: Instance, placements: list[Placement]) -> dict[str, int]:
    data = instance.to_json() | {"objective": ["filled", "soft", "score"]}
    verdict = judge(read_instance(data), placements)
    first_wishes = {wish.key for wish in instance.applications if wish.rank == 1}
    return verdict.levels | {"first": len(first_wishes & set(placements)), "broken": len(verdict.broken)}


def show(measured: Measured) -> None:
    """As a table."""
    print(
        f"{measured.name}: {measured.status}, unique {measured.unique}; {measured.seconds} s"
        f" ({measured.cpu} s of processors), first answer {measured.first} s, {measured.memory} MB"
    )
    print(f"  {measured.levels}  seconds {measured.seconds_of_levels}  gaps {measured.gaps}")
    print(f"  one event of the waiting list {measured.waiting} ms, reasons for all {measured.reasons} s")
    for method, values in measured.methods.items():
        print(
            f"  {method:20} " + "  ".join(f"{name} {value:>7,}" for name, value in values.items()), flush=True
        )


def calls(names: list[str]) -> Iterable[Any]:
    """The named calls: a published one by the start of its name, or generated as PEOPLExVISITS[#SEED]."""
    for name in names:
        published = [one for one in (*TINY, *MEDIUM) if one.startswith(name)]
        if published:
            yield from (call(one) for one in published)
        else:
            size, _, seed = name.partition("#")
            people, visits = size.split("x")
            yield generated(int(people), int(visits), int(seed or 1))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=["t", "m", "1000x10", "3000x10"])
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--what-if", action="store_true")
    parser.add_argument("--same", action="store_true")
    asked = parser.parse_args()
    if asked.what_if or asked.same:
        for data in calls(asked.names):
            if asked.what_if:
                print(f"{data['name']}: seconds {what_if(data, asked.seconds)}", flush=True)
            if asked.same:
                found = same(data, asked.seconds)
                print(f"{data['name']}: {len(found)} answer from five runs, {sorted(found)}", flush=True)
        return
    started = time.monotonic()
    all_measured = []
    for data in calls(asked.names):
        all_measured.append(measure(data, asked.seconds))
        show(all_measured[-1])
        if asked.json is not None:
            asked.json.write_text(json.dumps([vars(one) for one in all_measured], indent=1), "utf-8")
    median = statistics.median(one.seconds for one in all_measured)
    print(f"{len(all_measured)} calls, median {median:.1f} s, all in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
