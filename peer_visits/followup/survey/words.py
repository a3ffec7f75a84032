"""The questions of the survey, as guests and as hosts read them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from peer_visits.followup.survey.rules import CANNOT_SAY, Question, Remark, Side

QUESTIONS = {
    Question.PROMISE: _l("The visit was what its announcement promised."),
    Question.LEARNING: _l("I learnt something that I can use at home."),
    Question.GROUP: _l("The group was mixed well for an exchange among peers."),
    Question.EXCHANGE: _l("There was enough time for questions and for talk."),
    Question.ORGANISATION: _l("It was well organised, before and on the days."),
    Question.AGAIN: _l("I would advise colleagues to take part in such a visit."),
}
QUESTIONS_OF_HOSTS = {
    **QUESTIONS,
    Question.PROMISE: _l("The visit became what we had announced."),
    Question.LEARNING: _l("We learnt something from our guests that we can use."),
    Question.AGAIN: _l("I would advise other cities and regions to host such a visit."),
}
# Short, for tables with both.
SHORT = {
    Question.PROMISE: _l("As promised"),
    Question.LEARNING: _l("Learnt something of use"),
    Question.GROUP: _l("Mix of the group"),
    Question.EXCHANGE: _l("Time for exchange"),
    Question.ORGANISATION: _l("Organisation"),
    Question.AGAIN: _l("Would advise it"),
}
REMARKS = {
    Remark.USEFUL: _l("What was most useful?"),
    Remark.BETTER: _l("What should be done differently next time?"),
}
SIDES = {Side.GUEST: _l("Guests"), Side.HOST: _l("Hosts")}
VALUES = {
    1: _l("1, not at all"),
    2: "2",
    3: "3",
    4: "4",
    5: _l("5, fully"),
    CANNOT_SAY: _l("cannot say"),
}


def question_words(question: Question, side: Side) -> str:
    """A question as this side reads it."""
    return str((QUESTIONS_OF_HOSTS if side is Side.HOST else QUESTIONS)[question])
