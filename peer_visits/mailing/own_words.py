"""Own words of a programme or one of its calls: reading, saving, going back to the words a mail begins with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Call, Programme
from peer_visits.kernel.errors import Stale
from peer_visits.kernel.ids import new_id
from peer_visits.mailing.rewording import render_waiting_again
from peer_visits.outbox.composing import OWN_WORDS
from peer_visits.outbox.models import MailWords
from peer_visits.outbox.wording.defaults import default_words
from peer_visits.outbox.wording.definition import Wording, Words
from peer_visits.storage.steps import update_one


@dataclass(frozen=True)
class Scope:
    """What own words are for: a programme, or one of its calls."""

    programme: Programme
    call: Call | None = None

    @property
    def call_id(self) -> uuid.UUID | None:
        """The call's id, none for the programme."""
        return self.call.id if self.call else None


@dataclass(frozen=True)
class Standing:
    """The words that count now for a text: own ones of this scope, those of the programme, or the first ones."""

    words: Words
    own: MailWords | None
    is_of_programme: bool

    @property
    def version(self) -> int:
        """The version a form is made from; 0 where the scope has no own words."""
        return self.own.version if self.own else 0


Found = dict[tuple[str, bool], MailWords]


def list_own_words(session: Session, scope: Scope, language: str) -> Found:
    """Own words of a language by text, and whether they are the call's."""
    query = select(MailWords).where(
        MailWords.programme_id == scope.programme.id,
        MailWords.call_id.is_(None) | (MailWords.call_id == scope.call_id),
        MailWords.language == language,
    )
    return {(one.name, one.call_id is not None): one for one in session.scalars(query)}


def standing_of(found: Found, scope: Scope, wording: Wording, language: str) -> Standing:
    """What counts for one text."""
    of_call = found.get((wording.name, True)) if scope.call else None
    of_programme = found.get((wording.name, False))
    counting = of_call or of_programme
    words = Words(counting.subject, counting.body) if counting else default_words(wording, language)
    return Standing(
        words,
        own=of_call if scope.call else of_programme,
        is_of_programme=scope.call is not None and of_call is None and of_programme is not None,
    )


def save_words(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    scope: Scope,
    wording: Wording,
    language: str,
    words: Words,
    version: int,
) -> int:
    """Keep own words, and render what still waits with them; returns how many mails. Raises Stale if changed since."""
    changes = {"subject": words.subject, "body": words.body, "changed_at": now, "changed_by": actor.id}
    own = _own(session, scope, wording, language)
    if (own.version if own else 0) != version:
        raise Stale
    if own is None:
        session.add(
            MailWords(
                id=new_id(),
                programme_id=scope.programme.id,
                call_id=scope.call_id,
                name=wording.name,
                language=language,
                **changes,
            )
        )
        session.flush()
    else:
        _step(session, own, version, **changes)
    return _settle(session, actor, now, scope, wording, language, "mail.words_changed")


def reset_words(
    session: Session, *, actor: Person, now: datetime, scope: Scope, wording: Wording, language: str
) -> int:
    """Give own words up: those of the programme, or the first ones, count again. Raises Stale if there are none."""
    own = _own(session, scope, wording, language)
    if own is None:
        raise Stale
    session.delete(own)
    session.flush()
    return _settle(session, actor, now, scope, wording, language, "mail.words_reset")


def _own(session: Session, scope: Scope, wording: Wording, language: str) -> MailWords | None:
    return standing_of(list_own_words(session, scope, language), scope, wording, language).own


def _step(session: Session, own: MailWords, version: int, **changes: object) -> None:
    update_one(
        session,
        MailWords,
        MailWords.id == own.id,
        MailWords.version == version,
        version=version + 1,
        **changes,
    )


def _settle(
    session: Session,
    actor: Person,
    now: datetime,
    scope: Scope,
    wording: Wording,
    language: str,
    action: str,
) -> int:
    session.info[OWN_WORDS] = None
    detail = {"text": wording.name, "language": language, "call": scope.call.slug if scope.call else ""}
    programme = scope.programme
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject=programme,
        programme_id=programme.id,
        **detail,
    )
    return render_waiting_again(
        session, programme_id=programme.id, call_id=scope.call_id, name=wording.name, language=language
    )
