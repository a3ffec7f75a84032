"""What host desks hold about people: readings and orders of applications, and those who read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from peer_visits.applications.personal import choices_of
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.shortlist.models import (
    Conflict,
    FormerMember,
    HostInvitation,
    ReadingTask,
    Redaction,
    Review,
    Score,
    Shortlist,
    ShortlistEntry,
)
from peer_visits.storage.personal import WITH_ACCOUNT, WITH_CALL, WITH_ROLE, Field, Holding, Mention, Whose

_SCORES = Field(
    phrase("Scores, their mean and the recommendation"),
    phrase("To choose fairly by the criteria of the call. Stays as a figure."),
    ("points", "recommendation", "conflict_of_interest", "saved_at"),
)
_NO_WORDS = {"note": "", "private_note": ""}


def _closeness(what: Phrase) -> Field:
    """The fields of a conflict of interest, in the words of whose it is."""
    return Field(
        what,
        phrase("So that nobody judges whom they are close to."),
        ("state", "signals", "reason", "answered_at"),
    )


def _reviews_of(whose: Whose) -> Select[Any]:
    return select(Review.id).where(Review.choice_id.in_(choices_of(whose)))


HOLDINGS = (
    Holding(
        Redaction,
        phrase("Passages of your texts that hosts do not read"),
        lambda whose: Redaction.application_id.in_(whose.applications),
        (
            Field(
                phrase("The passage"),
                phrase("To hide from hosts what would tell who you are."),
                ("passage", "created_at"),
            ),
        ),
        WITH_CALL,
        of_application=True,
        is_shown=False,
    ),
    Holding(
        Score,
        phrase("Scores of your applications"),
        lambda whose: Score.review_id.in_(_reviews_of(whose)),
        (
            Field(
                phrase("The score by criterion"),
                phrase("To choose fairly by the criteria of the call. Stays as a figure."),
                ("value",),
            ),
        ),
        WITH_CALL,
        leaves={},
        of_application=True,
        is_shown=False,
    ),
    Holding(
        Review,
        phrase("Readings of your applications"),
        lambda whose: Review.choice_id.in_(choices_of(whose)),
        (
            Field(
                phrase("Notes of those who read it"),
                phrase("To agree in the host team. You can ask the organiser for them."),
                ("note", "private_note"),
            ),
            _SCORES,
        ),
        WITH_CALL,
        leaves=_NO_WORDS,
        of_application=True,
        is_shown=False,
    ),
    Holding(
        ShortlistEntry,
        phrase("Where hosts have put your wishes"),
        lambda whose: ShortlistEntry.choice_id.in_(choices_of(whose)),
        (
            Field(
                phrase("Shortlisted, reserve or not proposed, and the position"),
                phrase("The host's word in the decision. Stays as a figure."),
                ("proposal", "position"),
            ),
        ),
        WITH_CALL,
        leaves={},
        of_application=True,
        is_shown=False,
    ),
    Holding(
        Conflict,
        phrase("Conflicts of interest between readers and your applications"),
        lambda whose: Conflict.choice_id.in_(choices_of(whose)),
        (_closeness(phrase("What it is known by, and the reason given")),),
        WITH_CALL,
        leaves={"reason": "", "signals": []},
        of_application=True,
        is_shown=False,
    ),
    Holding(
        Review,
        phrase("Your readings of applications"),
        lambda whose: Review.reviewer_id == whose.person_id,
        (
            Field(
                phrase("Your notes"),
                phrase("For you and your host team, to agree on an order."),
                ("note", "private_note"),
            ),
            _SCORES,
        ),
        WITH_CALL,
        through=("reviewer_id",),
        leaves=_NO_WORDS,
    ),
    Holding(
        Conflict,
        phrase("Your conflicts of interest"),
        lambda whose: Conflict.person_id == whose.person_id,
        (_closeness(phrase("What it is known by, and the reason you gave")),),
        WITH_CALL,
        through=("person_id",),
        leaves={"reason": ""},
        stays=frozenset({"signals"}),
    ),
    Holding(
        ReadingTask,
        phrase("Applications you were asked to read"),
        lambda whose: ReadingTask.reader_id == whose.person_id,
        (
            Field(
                phrase("That one was given to you"),
                phrase("To share the reading out among the host team."),
                ("reader_id",),
            ),
        ),
        WITH_ROLE,
        through=("reader_id",),
    ),
    Holding(
        FormerMember,
        phrase("Host teams you were in"),
        lambda whose: FormerMember.person_id == whose.person_id,
        (
            Field(
                phrase("The visit and when it ended"),
                phrase("To answer what you still send."),
                ("visit_id", "ended_at"),
            ),
        ),
        WITH_ACCOUNT,
        through=("person_id",),
    ),
    Holding(
        HostInvitation,
        phrase("Invitations to host teams"),
        lambda whose: or_(HostInvitation.email == whose.email, HostInvitation.accepted_by == whose.person_id),
        (
            Field(
                phrase("The address that was invited, to which visit and role, and what became of it"),
                phrase("To let in whoever was invited, once."),
                ("email", "visit_id", "role", "state", "digest", "created_at", "expires_at", "settled_at"),
            ),
        ),
        phrase("As long as the visit."),
        through=("accepted_by",),
    ),
)
ACTS = frozenset(
    {
        "shortlist.handed_over_by",
        "shortlist_move.actor_id",
        "host_invitation.invited_by",
        "conflict_of_interest.answered_by",
        "redaction.created_by",
    }
)
MENTIONS = (Mention(Shortlist, ("note",)), Mention(Review, ("note", "private_note")))
NOBODY = frozenset({"shortlist", "shortlist_move"})
