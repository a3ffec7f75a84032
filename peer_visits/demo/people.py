"""Synthetic people. Every surname is Example, every address ends in example.org, every account is marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import OrganisationKind, Person

# First name, country, body, kind: two per country or so, many more local authorities than others.
_APPLICANTS = """
Aino FI City of Exampleby local
Luca IT Parco di Esempio regional
Marta PL Miasto Przykład local
Ruairí IE Heritage Office of Sampletown national
Elena RO Asociația Exemplu civil
Joost NL Gemeente Voorbeeld local
Inês PT Comunidade Exemplo regional
Petra SI Občina Primer local
Jonas DE Stadt Beispiel local
Camille FR Ville d’Exemple local
Sofía ES Ayuntamiento de Ejemplo local
Eleni GR Dimos Paradeigma local
Nikola HR Grad Primjer local
Zsófia HU Példa Egyesület civil
Anna SE Exempelstads kommun local
Kasper DK Eksempel Kommune local
Liis EE Näidise vald local
Jānis LV Parauga pašvaldība local
Rūta LT Pavyzdžio savivaldybė local
Jakub CZ Město Příklad local
Lucia SK Mesto Príklad local
Ivan BG Община Пример local
Maria CY Demos Paradeigma local
Chantal LU Commune d’Exemple local
Karl AT Marktgemeinde Beispiel local
Emma BE Stad Voorbeeld local
Giorgia IT Comune di Esempio local
Hamish GB Example Council local
Matteo IT Associazione Esempio civil
Katri FI Esimerkki-säätiö civil
Paweł PL Fundacja Przykład civil
Noémie FR Région Exemple regional
Lars DE Landkreis Beispiel regional
Teresa ES Fundación Ejemplo civil
Andrei RO Consiliul Județean Exemplu regional
Maja SI Zavod Primer civil
Tomás PT Direção de Exemplo national
Ilze LV Parauga fonds civil
Filip CZ Kraj Příklad regional
Clara MT Kunsill Eżempju local
"""

COUNTRIES = sorted({line.split()[1] for line in _APPLICANTS.strip().splitlines()})


@dataclass(frozen=True)
class DemoAccount:
    """An account people of the demo may sign in with."""

    role: str
    email: str


def add_person(session: Session, name: str, email: str, now: datetime, **values: object) -> Person:
    """A verified, marked account."""
    person = Person(
        name=name, email=email, email_verified_at=now, created_at=now, is_synthetic=True, **values
    )
    session.add(person)
    return person


def add_applicants(session: Session, now: datetime) -> list[Person]:
    """The synthetic applicants, in a fixed order."""
    people = []
    for number, line in enumerate(_APPLICANTS.strip().splitlines(), start=1):
        first, country, *body, kind = line.split()
        people.append(
            add_person(
                session,
                f"{first} Example",
                f"applicant{number}@example.org",
                now,
                organisation=" ".join(body),
                organisation_kind=OrganisationKind(kind),
                country=country,
            )
        )
    return people
