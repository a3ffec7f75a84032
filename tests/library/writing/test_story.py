"""Random stories of three people at one report, against a plain list of what each of them was told is saved."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel.errors import Refused
from peer_visits.library.models import AnalyticalDocument
from peer_visits.library.states import DocumentState
from peer_visits.library.writing import services
from peer_visits.library.writing.invariants import find_broken
from peer_visits.library.writing.models import DocumentSection
from peer_visits.library.writing.queries import list_removed, list_sections, list_texts
from tests.support.factories import make_call, make_host, make_visit
from tests.support.library_factories import make_author, make_document, make_section

STEPS = 120


@dataclass
class Story:
    """The report, the versions each person last looked at, and what was told to be saved."""

    session: Session
    now: datetime
    document: AnalyticalDocument
    people: list[Person]
    chance: random.Random
    seen: dict[tuple[int, uuid.UUID], int] = field(default_factory=dict)
    saved: dict[uuid.UUID, list[str]] = field(default_factory=dict)
    refused: int = 0

    def look(self, who: int) -> None:
        for written in list_sections(self.session, self.document.id):
            self.seen[who, written.section.id] = written.section.version

    def given(self, who: int) -> dict[str, object]:
        return {"actor": self.people[who], "now": self.now, "document": self.document}

    def save(self, who: int, section: DocumentSection, number: int) -> None:
        version = self.seen.get((who, section.id), 1)
        services.save_section(
            self.session,
            **self.given(who),  # type: ignore[arg-type]
            section=section,
            version=version,
            heading="Lessons",
            text=f"Text {number}",
        )
        self.saved[section.id].append(f"Text {number}")
        self.seen[who, section.id] = version + 1

    def restore(self, who: int, section: DocumentSection, _number: int) -> None:
        version = self.seen.get((who, section.id), 1)
        earlier = self.chance.randint(1, len(self.saved[section.id]))
        services.restore_text(
            self.session,
            **self.given(who),  # type: ignore[arg-type]
            section=section,
            version=version,
            number=earlier,
        )
        self.saved[section.id].append(self.saved[section.id][earlier - 1])

    def remove(self, who: int, section: DocumentSection, _number: int) -> None:
        version = self.seen.get((who, section.id), 1)
        services.remove_section(self.session, **self.given(who), section=section, version=version)  # type: ignore[arg-type]

    def put_back(self, who: int, section: DocumentSection, _number: int) -> None:
        services.put_back_section(self.session, **self.given(who), section=section)  # type: ignore[arg-type]

    def order(self, who: int, _section: DocumentSection, _number: int) -> None:
        order = self.chance.sample(list(self.saved), len(self.saved))
        services.order_sections(self.session, **self.given(who), order=order)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_three_people_do_every_saved_text_is_there(
    session: Session, now: datetime, seed: int
) -> None:
    visit = make_visit(session, make_call(session))
    document = make_document(session, visit, DocumentState.DRAFT, has_file=False, is_written=True)
    sections = [make_section(session, document, "Lessons", f"Begun {number}") for number in range(3)]
    people = [
        make_author(session, visit, "Ada"),
        make_author(session, visit, "Bela"),
        make_host(session, visit),
    ]
    story = Story(session, now, document, people, random.Random(seed))
    story.saved = {one.id: [f"Begun {number}"] for number, one in enumerate(sections)}
    steps = (*(story.save,) * 6, story.restore, story.remove, story.put_back, story.order)
    for number in range(STEPS):
        who, section = story.chance.randrange(3), story.chance.choice(sections)
        if story.chance.random() < 0.5:
            story.look(who)
        try:
            story.chance.choice(steps)(who, section, number)
        except Refused:
            story.refused += 1
        assert_all_is_there(story)
    assert 0 < story.refused < STEPS
    assert max(map(len, story.saved.values())) > 5


def assert_all_is_there(story: Story) -> None:
    session, document_id = story.session, story.document.id
    for section_id, texts in story.saved.items():
        kept = list_texts(session, section_id)
        assert [one.text for one in reversed(kept)] == texts
    standing = [*list_sections(session, document_id), *list_removed(session, document_id)]
    assert {one.section.id: one.current.text for one in standing} == {
        section_id: texts[-1] for section_id, texts in story.saved.items()
    }
    assert find_broken(session) == []
