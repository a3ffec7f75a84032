"""The words of a programme's mails: every text there is, and the editor of one."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_programme_for_organiser
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import NotFound
from peer_visits.mailing import own_words
from peer_visits.mailing.forms_words import WordsForm
from peer_visits.mailing.own_words import Scope, Standing
from peer_visits.mailing.previewing import Preview, find_reader, list_readers, preview
from peer_visits.mailing.texts import get_text, list_texts
from peer_visits.mailing.views.blueprint import blueprint
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.wording.definition import Wording
from peer_visits.outbox.wording.slots import EVERYWHERE
from peer_visits.outbox.wording.speech import LANGUAGES
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import Form
from peer_visits.web.moment import request_time


@blueprint.get("/organise/programmes/<slug>/mail/texts")
def texts(slug: str) -> str:
    """Every text of a programme's mails, or of one call's, in one language."""
    scope, language = _scope(reading(), slug), _language(request.args.get("language"))
    found = own_words.list_own_words(reading(), scope, language)
    return render_template(
        "mailing/texts.html",
        scope=scope,
        programme=scope.programme,
        calls=_calls(reading(), scope),
        language=language,
        languages=LANGUAGES,
        groups=list_texts(_settings().wordings, scope, found, language),
    )


@blueprint.route(
    "/organise/programmes/<slug>/mail/texts/<name>/<language>", endpoint="words", methods=["GET", "POST"]
)
def edit_words(slug: str, name: str, language: str) -> ResponseReturnValue:
    """Own words for one text in one language: checked and previewed before they are kept."""
    scope = _scope(reading(), slug)
    wording, language = _text(name, language)
    standing = _standing(scope, wording, language)
    form = _form(wording, standing)
    shown = None
    if form.validate_on_submit():
        if request.form.get("do") == "preview":
            shown = _preview(scope, wording, language, form)
        elif _save(slug, wording, language, form):
            return redirect(_back(slug, language))
    elif not form.is_submitted():
        shown = _preview(scope, wording, language, form)
    page = _page(_scope(reading(), slug), wording, language, standing, form, shown)
    return page, 422 if form.has_errors else 200


@blueprint.post("/organise/programmes/<slug>/mail/texts/<name>/<language>/reset")
def reset_words(slug: str, name: str, language: str) -> ResponseReturnValue:
    """Back to the words of the programme, or to those every mail begins with."""
    _scope(reading(), slug)
    wording, language = _text(name, language)
    form = Form()
    if form.validate_on_submit() and form.carry_out(
        lambda session: own_words.reset_words(
            session,
            actor=current_person(),
            now=request_time(),
            scope=_scope(session, slug),
            wording=wording,
            language=language,
        )
    ):
        flash(_("Your own words are given up."))
        return redirect(_words_url(slug, name, language))
    flash(" ".join(form.refusals), "warning")
    return redirect(_words_url(slug, name, language))


def _save(slug: str, wording: Wording, language: str, form: WordsForm) -> bool:
    rendered: list[int] = []

    def command(session: Session) -> None:
        rendered.append(
            own_words.save_words(
                session,
                actor=current_person(),
                now=request_time(),
                scope=_scope(session, slug),
                wording=wording,
                language=language,
                words=form.words,
                version=form.expected_version,
            )
        )

    if not form.carry_out(command):
        return False
    flash(_("The words are saved."))
    if rendered[-1]:
        flash(
            ngettext(
                "%(num)s mail that waits has them now.",
                "%(num)s mails that wait have them now.",
                rendered[-1],
            )
        )
    return True


def _preview(scope: Scope, wording: Wording, language: str, form: WordsForm) -> Preview | None:
    me = current_person()
    reader = find_reader(reading(), scope, form.reader_address) if form.reader_address else me
    if reader is None:
        form.refuse_reader()
        return None
    return preview(reading(), _settings(), scope, wording, form.words, language=language, reader=reader)


def _page(
    scope: Scope,
    wording: Wording,
    language: str,
    standing: Standing,
    form: WordsForm,
    shown: Preview | None,
) -> str:
    return render_template(
        "mailing/words.html",
        scope=scope,
        programme=scope.programme,
        wording=wording,
        slots=(*wording.slots, *(one for one in EVERYWHERE if wording.slot(one.name) is None)),
        language=language,
        languages=LANGUAGES,
        standing=standing,
        form=form,
        shown=shown,
        readers=list_readers(reading(), scope),
    )


def _form(wording: Wording, standing: Standing) -> WordsForm:
    data = {
        "subject": standing.words.subject,
        "body": standing.words.body,
        "version": standing.version,
        "reader": request.args.get("reader", ""),
    }
    return WordsForm(wording=wording, data=data)


def _standing(scope: Scope, wording: Wording, language: str) -> Standing:
    found = own_words.list_own_words(reading(), scope, language)
    return own_words.standing_of(found, scope, wording, language)


def _scope(session: Session, slug: str) -> Scope:
    programme = get_programme_for_organiser(session, current_person(), slug)
    wanted = request.args.get("call", "")
    if not wanted:
        return Scope(programme)
    query = select(Call).where(Call.slug == wanted, Call.programme_id == programme.id)
    call = session.scalars(query).unique().one_or_none()
    if call is None:
        raise NotFound
    return Scope(programme, call)


def _calls(session: Session, scope: Scope) -> list[tuple[str, str]]:
    query = (
        select(Call.slug, Call.title)
        .where(Call.programme_id == scope.programme.id)
        .order_by(Call.closes_at.desc(), Call.id)
    )
    return [(slug, title) for slug, title in session.execute(query)]


def _text(name: str, language: str) -> tuple[Wording, str]:
    if language not in LANGUAGES:
        raise NotFound
    return get_text(_settings().wordings, name), language


def _language(wanted: str | None) -> str:
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def _settings() -> MailSettings:
    settings: MailSettings = current_app.extensions["session_info"]["mail"]
    return settings


def _of_call() -> dict[str, Any]:
    call = request.args.get("call")
    return {"call": call} if call else {}


def _back(slug: str, language: str) -> str:
    return url_for("mailing.texts", slug=slug, language=language, **_of_call())


def _words_url(slug: str, name: str, language: str) -> str:
    return url_for("mailing.words", slug=slug, name=name, language=language, **_of_call())
