"""What applications hold about people: everything somebody sent, and whom they named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, tuple_, update
from sqlalchemy.orm import Session, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.drafts import present_content, sent_content, write_draft
from peer_visits.applications.models import (
    Application,
    Attachment,
    Choice,
    ForgottenApplication,
    SavedView,
    SentVersion,
)
from peer_visits.applications.rules import ApplicationContent
from peer_visits.applications.searching import forget_words, index_application, write_index
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel.text import phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.personal import (
    EMPTY_MAIL,
    MAIL_FIELDS,
    STAYS_OF_MAIL,
    mails_to_others,
    withdraw_waiting,
)
from peer_visits.storage.personal import WITH_ACCOUNT, WITH_CALL, Field, Holding, Mention, Whose

_NOTHING = write_draft(ApplicationContent())


def choices_of(whose: Whose) -> Select[Any]:
    """The ids of the choices in their applications."""
    return select(Choice.id).where(Choice.application_id.in_(whose.applications))


def _about_applications(whose: Whose) -> ColumnElement[bool]:
    """Mails to the person of an application about its call."""
    pairs = select(Application.person_id, Application.call_id).where(Application.id.in_(whose.applications))
    return tuple_(Message.person_id, Message.call_id).in_(pairs)


def _named_them(whose: Whose) -> ColumnElement[bool]:
    return (Application.substitute_email == whose.email) & (Application.substitute_email != "")


def _empty(session: Session, whose: Whose) -> None:
    """A draft that was never sent keeps an empty one; nothing is found by its words any more."""
    theirs = Application.id.in_(whose.applications)
    draft = Application.state == ApplicationState.DRAFT
    session.execute(update(Application).where(theirs).values(draft=None).where(~draft))
    session.execute(update(Application).where(theirs, draft).values(draft=_NOTHING))
    write_index(session, [(one, []) for one in whose.applications])
    forget_words(session)


def _forget_substitute(session: Session, whose: Whose) -> None:
    """Where others named them as their substitute: in what was sent, in drafts, and in what it is found by."""
    nobody = {"name": "", "email": ""}
    if not whose.email:
        return
    query = select(Application).where(_naming(whose)).options(selectinload(Application.choices))
    for application in session.scalars(query.with_for_update()):
        if application.draft and _names(application.draft, whose):
            application.draft = {**application.draft, "substitute": nobody}
        for version in session.scalars(
            select(SentVersion).where(SentVersion.application_id == application.id)
        ):
            if _names(version.content, whose):
                version.content = {**version.content, "substitute": nobody}
        if application.substitute_email == whose.email:
            application.substitute_name = application.substitute_email = ""
        session.flush()
        content = sent_content(application) if application.sent_number else present_content(application)
        index_application(session, application, session.get_one(Person, application.person_id), content)
    forget_words(session)


def _naming(whose: Whose) -> ColumnElement[bool]:
    """Applications that name them now, in a draft, or in an older version."""
    versions = select(SentVersion.application_id).where(_substitute_in(SentVersion.content) == whose.email)
    return or_(
        _named_them(whose), _substitute_in(Application.draft) == whose.email, Application.id.in_(versions)
    )


def _substitute_in(content: Any) -> ColumnElement[str]:
    substitute: ColumnElement[str] = content["substitute"]["email"].as_string()
    return substitute


def _names(content: dict[str, Any], whose: Whose) -> bool:
    return bool(content["substitute"]["email"] == whose.email)


def _withdraw_mails(session: Session, whose: Whose) -> None:
    withdraw_waiting(session, _about_applications(whose))


def _told_others(whose: Whose) -> ColumnElement[bool]:
    return or_(
        (Message.about_kind == Application.__tablename__) & Message.about_id.in_(whose.applications),
        (Message.about_kind == Choice.__tablename__) & Message.about_id.in_(choices_of(whose)),
    )


HOLDINGS = (
    Holding(
        Attachment,
        phrase("Files you gave with applications"),
        lambda whose: Attachment.application_id.in_(whose.applications),
        (
            Field(
                phrase("The file and when you gave it"),
                phrase("So that hosts can read what you want to show them."),
                ("file_id", "created_at"),
            ),
        ),
        WITH_CALL,
        of_application=True,
    ),
    Holding(
        SentVersion,
        phrase("What you sent, each time"),
        lambda whose: SentVersion.application_id.in_(whose.applications),
        (
            Field(
                phrase("Everything as it was sent"),
                phrase("To settle later what was sent before the deadline."),
                ("number", "sent_at", "content"),
            ),
        ),
        WITH_CALL,
        leaves={"content": {"choices": [], "answers": {}, "substitute": {"name": "", "email": ""}}},
        of_application=True,
    ),
    Holding(
        Choice,
        phrase("The visits you wished for"),
        lambda whose: Choice.application_id.in_(whose.applications),
        (
            Field(
                phrase("Why you want to go, and your answers about it"),
                phrase("Hosts read it to choose who comes."),
                ("motivation", "answers"),
            ),
            Field(
                phrase("The visit and its rank among your wishes"),
                phrase("To give you the best place there is. Stays as a figure."),
                ("visit_id", "rank", "is_sent", "is_read"),
            ),
        ),
        WITH_CALL,
        leaves={"motivation": "", "answers": {}},
        of_application=True,
    ),
    Holding(
        Application,
        phrase("Your applications"),
        lambda whose: Application.id.in_(whose.applications),
        (
            Field(
                phrase("Your answers, and what you typed and have not sent"),
                phrase(
                    "Hosts and organisers read them to choose who comes; each question says its own purpose."
                ),
                ("answers", "draft"),
            ),
            Field(
                phrase("Your substitute"),
                phrase("To ask somebody from your organisation if you cannot come."),
                ("substitute_name", "substitute_email"),
            ),
            Field(
                phrase("Name and organisation once more"),
                phrase("To sort long lists by them."),
                ("sort_name", "sort_organisation"),
            ),
            Field(
                phrase("Country and kind of organisation"),
                phrase("To keep groups mixed. Stays as a figure."),
                ("country", "organisation_kind"),
            ),
            Field(
                phrase("What was agreed with you"),
                phrase(
                    "So that an exception is explained: why you were let in, asked again, or took it back."
                ),
                ("allowed_reason", "open_until", "open_note", "withdrawal_reason"),
            ),
            Field(
                phrase("Call, state and moments"),
                phrase("To run the call. Stays as a figure."),
                (
                    "call_id",
                    "state",
                    "sent_number",
                    "is_imported",
                    "created_at",
                    "saved_at",
                    "submitted_at",
                    "withdrawn_at",
                ),
            ),
        ),
        WITH_CALL,
        through=("person_id",),
        leaves={
            "answers": {},
            "substitute_name": "",
            "substitute_email": "",
            "sort_name": "",
            "sort_organisation": "",
            "allowed_reason": "",
            "open_note": "",
            "withdrawal_reason": "",
        },
        stays=frozenset({"country", "organisation_kind"}),
        by_then=frozenset({"draft"}),
        then=_empty,
        of_application=True,
    ),
    Holding(
        Message,
        phrase("Mails to you about applications"),
        _about_applications,
        MAIL_FIELDS,
        WITH_CALL,
        leaves=EMPTY_MAIL,
        stays=STAYS_OF_MAIL,
        then=_withdraw_mails,
        of_application=True,
    ),
    mails_to_others(phrase("Mails to others about your applications"), _told_others),
    Holding(
        Application,
        phrase("Applications that name you as a substitute"),
        _named_them,
        (
            Field(
                phrase("Your name and address, as a colleague gave them"),
                phrase("To ask you if your colleague cannot come."),
                ("substitute_name", "substitute_email"),
            ),
        ),
        WITH_CALL,
        leaves={"substitute_name": "", "substitute_email": ""},
        then=_forget_substitute,
    ),
    Holding(
        ForgottenApplication,
        phrase("Applications that were emptied"),
        lambda whose: ForgottenApplication.application_id.in_(whose.applications),
        (
            Field(
                phrase("Since when, and whether with your account"),
                phrase("To tell an empty application from one that was never filled in. Stays as a figure."),
                ("at", "with_person"),
            ),
        ),
        WITH_CALL,
        leaves={},
        of_application=True,
    ),
    Holding(
        SavedView,
        phrase("Your views of lists"),
        lambda whose: SavedView.person_id == whose.person_id,
        (
            Field(
                phrase("Name and filters of the view"),
                phrase("So that you find it again."),
                ("call_id", "name", "query"),
            ),
        ),
        WITH_ACCOUNT,
        through=("person_id",),
    ),
)
MENTIONS = (
    Mention(Application, ("allowed_reason", "open_note", "withdrawal_reason")),
    Mention(SavedView, ("name", "query")),
)
