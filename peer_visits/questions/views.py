"""The question builder: sections and questions of a call, in order, each with its words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from functools import partial

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import Field

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.kernel.ids import new_id
from peer_visits.questions import services
from peer_visits.questions.access import get_question_for_organiser, get_section_for_organiser
from peer_visits.questions.building import missing_words
from peer_visits.questions.definition import Asked, read_definition
from peer_visits.questions.fields import field_for
from peer_visits.questions.forms import QuestionForm, SectionForm, TryForm, question_form, section_form
from peer_visits.questions.models import Question, Section
from peer_visits.questions.queries import list_sections, read_questionnaire
from peer_visits.questions.words import AUDIENCES, KINDS
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import Form
from peer_visits.web.headers import framed, framing
from peer_visits.web.moment import request_time

blueprint = Blueprint("questions", __name__)
_HEX = re.compile("[0-9a-f]{32}")


def _call(slug: str) -> Call:
    return get_call_for_organiser(reading(), current_person(), slug)


@blueprint.route("/organise/calls/<slug>/questions", methods=["GET", "POST"])
def builder(slug: str) -> ResponseReturnValue:
    """Everything the call asks; posting puts it in order."""
    call, form = _call(slug), Form()
    questionnaire = read_questionnaire(reading(), call.id)
    order = _typed_order()
    if form.validate_on_submit() and form.carry_out(partial(_put_in_order, slug=slug, order=order)):
        flash(_("The order is saved."))
        return redirect(url_for("questions.builder", slug=slug))
    page = render_template(
        "questions/builder.html",
        call=_call(slug),
        form=form,
        questionnaire=questionnaire,
        language=call.languages[0],
        labels={one.id: one.definition.labels for one in questionnaire.all()},
        wordless=missing_words(questionnaire.all(), call.languages),
        KINDS=KINDS,
        AUDIENCES=AUDIENCES,
    )
    return page, 422 if form.is_submitted() else 200


def _typed_order() -> list[tuple[uuid.UUID, list[uuid.UUID]]]:
    """Sections by their number, and in each its questions by theirs; what is odd is left out."""
    sections = _numbered("section")
    questions = _numbered("question")
    inside = {one: request.form.get(f"in_{one.hex}", "") for one in questions}
    return [(section, [one for one in questions if inside[one] == section.hex]) for section in sections]


def _numbered(kind: str) -> list[uuid.UUID]:
    found: list[tuple[int, int, uuid.UUID]] = []
    for name, value in request.form.items():
        start, _underscore, rest = name.partition("_")
        if start == kind and _HEX.fullmatch(rest) and value.isascii() and value.isdigit():
            found.append((int(value[:9]), len(found), uuid.UUID(rest)))
    return [one for _number, _at, one in sorted(found)]


def _put_in_order(
    session: Session, *, slug: str, order: Sequence[tuple[uuid.UUID, Sequence[uuid.UUID]]]
) -> None:
    call = get_call_for_organiser(session, current_person(), slug)
    services.put_in_order(session, actor=current_person(), now=request_time(), call=call, order=order)


@blueprint.route("/organise/calls/<slug>/questions/sections/new", methods=["GET", "POST"])
def new_section(slug: str) -> ResponseReturnValue:
    """Add a section."""
    call = _call(slug)
    form = section_form(call)

    def add(session: Session) -> None:
        services.add_section(
            session,
            actor=current_person(),
            now=request_time(),
            call=get_call_for_organiser(session, current_person(), slug),
            titles=form.texts("titles"),
            intros=form.texts("intros"),
        )

    if form.validate_on_submit() and form.carry_out(add):
        flash(_("The section is added."))
        return redirect(url_for("questions.builder", slug=slug))
    return _section_page(form, _call(slug), None)


@blueprint.route("/organise/questions/sections/<uuid:section_id>", methods=["GET", "POST"])
def section(section_id: uuid.UUID) -> ResponseReturnValue:
    """Change the words of a section."""
    found = get_section_for_organiser(reading(), current_person(), section_id)
    call = reading().get_one(Call, found.call_id)
    form = section_form(call, found)

    def change(session: Session) -> None:
        services.change_section(
            session,
            actor=current_person(),
            now=request_time(),
            section=get_section_for_organiser(session, current_person(), section_id),
            version=form.expected_version,
            titles=form.texts("titles"),
            intros=form.texts("intros"),
        )

    if form.validate_on_submit() and form.carry_out(change):
        flash(_("The section is saved."))
        return redirect(url_for("questions.builder", slug=call.slug))
    found = get_section_for_organiser(reading(), current_person(), section_id)
    return _section_page(form, reading().get_one(Call, found.call_id), found)


def _section_page(form: SectionForm, call: Call, section: Section | None) -> ResponseReturnValue:
    page = render_template("questions/section.html", form=form, call=call, section=section)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/organise/questions/sections/<uuid:section_id>/remove")
def remove_section(section_id: uuid.UUID) -> ResponseReturnValue:
    """Take an empty section away."""
    found = get_section_for_organiser(reading(), current_person(), section_id)
    slug, form = reading().get_one(Call, found.call_id).slug, Form()

    def remove(session: Session) -> None:
        services.remove_section(
            session,
            actor=current_person(),
            now=request_time(),
            section=get_section_for_organiser(session, current_person(), section_id),
        )

    _told(form.validate_on_submit() and form.carry_out(remove), _("The section is removed."), form)
    return redirect(url_for("questions.builder", slug=slug))


def _told(done: bool, words: str, form: Form) -> None:
    if done:
        flash(words)
    for refusal in form.refusals:
        flash(refusal, "error")


@blueprint.route("/organise/calls/<slug>/questions/new", methods=["GET", "POST"])
def new_question(slug: str) -> ResponseReturnValue:
    """Add a question."""
    call = _call(slug)
    form = _question_form(call, None)

    def add(session: Session) -> None:
        services.add_question(
            session,
            actor=current_person(),
            now=request_time(),
            call=get_call_for_organiser(session, current_person(), slug),
            section_id=uuid.UUID(form.section.data),
            definition=form.definition(),
        )

    if form.validate_on_submit() and form.carry_out(add):
        flash(_("The question is added."))
        return redirect(url_for("questions.builder", slug=slug))
    return _question_page(form, _call(slug), None)


@blueprint.route("/organise/questions/<uuid:question_id>", methods=["GET", "POST"])
def question(question_id: uuid.UUID) -> ResponseReturnValue:
    """Change a question."""
    found = get_question_for_organiser(reading(), current_person(), question_id)
    call = reading().get_one(Call, found.call_id)
    form = _question_form(call, found)

    def change(session: Session) -> None:
        services.change_question(
            session,
            actor=current_person(),
            now=request_time(),
            question=get_question_for_organiser(session, current_person(), question_id),
            version=form.expected_version,
            section_id=uuid.UUID(form.section.data),
            definition=form.definition(),
        )

    if form.validate_on_submit() and form.carry_out(change):
        flash(_("The question is saved."))
        return redirect(url_for("questions.builder", slug=call.slug))
    found = get_question_for_organiser(reading(), current_person(), question_id)
    return _question_page(form, reading().get_one(Call, found.call_id), found)


def _question_form(call: Call, question: Question | None) -> QuestionForm:
    sections = list_sections(reading(), call.id)
    asked = read_questionnaire(reading(), call.id).all()
    at = next((i for i, one in enumerate(asked) if question and one.id == question.id), len(asked))
    definition = read_definition(question.definition) if question else None
    wanted = request.args.get("section", "")
    return question_form(call, sections, asked[:at], question, definition, wanted)


def _question_page(form: QuestionForm, call: Call, question: Question | None) -> ResponseReturnValue:
    page = render_template("questions/question.html", form=form, call=call, question=question)
    response = framing(make_response(page))
    response.status_code = 422 if form.is_submitted() else 200
    return response


@blueprint.post("/organise/questions/<uuid:question_id>/remove")
def remove_question(question_id: uuid.UUID) -> ResponseReturnValue:
    """Ask it no longer."""
    found = get_question_for_organiser(reading(), current_person(), question_id)
    slug, form = reading().get_one(Call, found.call_id).slug, Form()

    def remove(session: Session) -> None:
        services.remove_question(
            session,
            actor=current_person(),
            now=request_time(),
            question=get_question_for_organiser(session, current_person(), question_id),
        )

    _told(form.validate_on_submit() and form.carry_out(remove), _("The question is removed."), form)
    return redirect(url_for("questions.builder", slug=slug))


@blueprint.post("/organise/calls/<slug>/questions/try")
def try_question(slug: str) -> Response:
    """The question being written, as an applicant would see it: shown in a frame, nothing is kept."""
    call = _call(slug)
    form = _question_form(call, None)
    language = request.args.get("language", "")
    language = language if language in call.languages else call.languages[0]
    shown: Field | None = None
    form.validate()
    # What it is asked for is not part of what an applicant sees here.
    problems = {
        name: errors for name, errors in form.errors.items() if name not in {"purpose", "keep_months"}
    }
    if not problems:
        shown = _shown(Asked(new_id(), 1, form.definition()), language)
    page = render_template("questions/try.html", shown=shown, form=form, problems=problems, language=language)
    return framed(make_response(page))


def _shown(asked: Asked, language: str) -> TryForm:
    fields = {"q_shown": field_for(asked.definition, language)}
    form = type("OneQuestionForm", (TryForm,), fields)(formdata=None)
    form.question = asked
    return form  # type: ignore[no-any-return]
