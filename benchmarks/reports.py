"""Published reports with text in ten languages, for benchmarks of the library: made-up words, nobody's sentences."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from sqlalchemy.orm import Session

from peer_visits.calls.models import Call
from peer_visits.files.models import FileText, StoredFile
from peer_visits.kernel.ids import new_id
from peer_visits.library.models import AnalyticalDocument, DocumentTopic
from peer_visits.library.searching import index_document
from peer_visits.library.states import DocumentState
from peer_visits.visits.states import HostKind
from tests.support.factories import NOW, make_call, make_programme, make_visit

LANGUAGES = {
    "en": "bcdfghlmnprst aeiou",
    "de": "bdfghklmnrstß aeiouäöü",
    "fr": "bcdfglmnprstvç aeiouéèê",
    "es": "bcdfglmnprstvñ aeiouáó",
    "pl": "bcdgklłmnprsśtwzż aeioyąęó",
    "hr": "bcčdđghjklmnprsštvzž aeiou",
    "fi": "hjklmnprstv aeiouäöy",
    "el": "βγδζθκλμνξπρστφχ αειουηάέίόύώ",
    "bg": "бвгджзклмнпрстфхцчш аеиоуъя",
    "mt": "bċdfġgħjklmnprstwxżz aeiou",
}
COUNTRIES = ["DE", "ES", "FI", "FR", "GR", "HR", "IT", "MT", "PL", "BG"]
TOPICS = [f"Topic {number}" for number in range(24)]
WORDS, VISITS = 1800, 50
_VOCABULARY = 5000


@dataclass(frozen=True)
class Language:
    """Words of a language, the frequent ones first, with the weights they are drawn by."""

    words: Sequence[str]
    weights: Sequence[float]

    def text(self, drawn: random.Random, count: int) -> str:
        """So many words, a sentence of them about every fourteenth."""
        words = drawn.choices(self.words, cum_weights=self.weights, k=count)
        return " ".join(f"{word}." if at % 14 == 13 else word for at, word in enumerate(words))


def make_languages(seed: int = 1) -> dict[str, Language]:
    """Every language with its words, the same for a seed; the word of rank n is drawn as 1/n, as people use words."""
    weights = list(accumulate(1 / rank for rank in range(1, _VOCABULARY + 1)))
    return {
        name: Language(_words(random.Random(f"{seed}{name}"), *letters.split()), weights)
        for name, letters in LANGUAGES.items()
    }


def _words(drawn: random.Random, consonants: str, vowels: str) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < _VOCABULARY:
        found["".join(map("".join, _syllables(drawn, consonants, vowels)))] = None
    return list(found)


def _syllables(drawn: random.Random, consonants: str, vowels: str) -> Iterator[tuple[str, str]]:
    for _syllable in range(drawn.choice((2, 2, 3, 3, 4))):
        yield drawn.choice(consonants), drawn.choice(vowels)


def fill_library(session: Session, count: int, languages: dict[str, Language]) -> None:
    """So many published reports, the languages in turn; visits of VISITS to a call and a call a year."""
    drawn = random.Random(2)
    names = list(languages)
    programmes = [make_programme(session) for _number in range(3)]
    for first in range(0, count, VISITS):
        closes_at = NOW - timedelta(days=365 * (first // VISITS % 12))
        programme = session.merge(programmes[first // VISITS % len(programmes)])
        call = make_call(session, programme, opens_at=closes_at - timedelta(days=30), closes_at=closes_at)
        for at in range(first, min(count, first + VISITS)):
            name = names[at % len(names)]
            _publish(session, drawn, call, name, languages[name], rare_word(languages[name], at))
        session.flush()
        session.expunge_all()


def rare_word(language: Language, number: int) -> str:
    """A word that ten reports share and no others, however many there are."""
    return f"{language.words[0]}{number // 100:04}"


def _publish(
    session: Session, drawn: random.Random, call: Call, name: str, language: Language, rare: str
) -> None:
    visit = make_visit(
        session,
        call,
        place=language.text(drawn, 1).capitalize(),
        host_name=language.text(drawn, 3).capitalize(),
        country=drawn.choice(COUNTRIES),
        host_kind=drawn.choice(list(HostKind)),
    )
    file = StoredFile(
        id=new_id(),
        key=new_id().hex,
        name="report.pdf",
        media_type="application/pdf",
        size=200_000,
        sha256="0" * 64,
        pages=12,
        created_at=NOW,
    )
    session.add(file)
    session.flush()
    session.add(FileText(file_id=file.id, text=f"{language.text(drawn, WORDS)} {rare}"))
    document = AnalyticalDocument(
        id=new_id(),
        visit_id=visit.id,
        slug=visit.slug,
        state=DocumentState.PUBLISHED,
        title=language.text(drawn, 6).capitalize(),
        authors="A. Author",
        summary=language.text(drawn, 60),
        dated=date(2021, 6, 1),
        language=name,
        file_id=file.id,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
        topics=[DocumentTopic(topic=topic) for topic in drawn.sample(TOPICS, 2)],
    )
    session.add(document)
    session.flush()
    session.refresh(document, ["visit"])
    index_document(session, document)
