"""The organiser's pages of group mail: write, see who gets it, send, and see what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.applications.uploads import accept_sent
from peer_visits.calls.access import get_programme_for_organiser
from peer_visits.calls.models import Programme
from peer_visits.files.services import AcceptedFile
from peer_visits.files.serving import send_stored
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.mailing.asking import asked_filter, state_chips
from peer_visits.mailing.groups import queries, services
from peer_visits.mailing.groups.access import get_enclosed_file, get_group_for_organiser
from peer_visits.mailing.groups.forms import GroupForm, SendForm, group_form, missing
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.rules import Candidate, Reach
from peer_visits.mailing.groups.states import GroupState
from peer_visits.mailing.groups.words import audience_words, status_words
from peer_visits.mailing.queries import MailFilter, count_mails, find_hold, mails_of_programme
from peer_visits.mailing.showing import html_part
from peer_visits.mailing.words import kind_words
from peer_visits.storage.transaction import reading, rehearsing
from peer_visits.web.forms import Form
from peer_visits.web.headers import framing
from peer_visits.web.moment import request_time
from peer_visits.web.pages import cut_page, fetch_page, requested_page

blueprint = Blueprint("groups", __name__)
SHOWN = 100


@blueprint.get("/organise/programmes/<slug>/mail/groups")
def index(slug: str) -> str:
    """Drafts, and what was sent, with what became of it."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    page = fetch_page(reading(), queries.groups_of_programme(programme.id), requested_page())
    return render_template(
        "mailing/groups/index.html",
        programme=programme,
        page=page,
        counts=queries.count_by_group(reading(), [one.id for one in page.items]),
        audience_words=audience_words,
    )


@blueprint.route("/organise/programmes/<slug>/mail/groups/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """Begin a group mail. What is kept first is a draft."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    form = group_form(programme, queries.list_calls_with_visits(reading(), programme.id))
    made: list[uuid.UUID] = []
    if form.validate_on_submit():
        file = _taken(form)
        if form.carry_out(lambda session: made.append(_begin(session, slug, form, file))):
            return _saved(made[0], form)
    return _edit_page(get_programme_for_organiser(reading(), current_person(), slug), form, None)


def _begin(session: Session, slug: str, form: GroupForm, file: AcceptedFile | None) -> uuid.UUID:
    group = services.begin_group_mail(
        session,
        actor=current_person(),
        now=request_time(),
        programme=get_programme_for_organiser(session, current_person(), slug),
        content=form.content(),
    )
    _enclose(session, group, file)
    return group.id


@blueprint.route("/organise/mail/groups/<uuid:group_id>/edit", methods=["GET", "POST"])
def edit(group_id: uuid.UUID) -> ResponseReturnValue:
    """Go on writing."""
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    if group.state is GroupState.SENT:
        return redirect(url_for("groups.show", group_id=group_id))
    form = group_form(programme, queries.list_calls_with_visits(reading(), programme.id), group)
    if form.validate_on_submit():
        file = _taken(form)
        if form.carry_out(lambda session: _save(session, group_id, form, file)):
            return _saved(group_id, form)
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    return _edit_page(programme, form, group)


def _taken(form: GroupForm) -> AcceptedFile | None:
    """The file that came along, opened and stored; a refused one says so at its field, and the rest is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    try:
        return accept_sent(sent)
    except Refused as refusal:
        form.add_refusal(Refused(refusal.reason, field="file"))
        return None


def _save(session: Session, group_id: uuid.UUID, form: GroupForm, file: AcceptedFile | None) -> None:
    group = _own(session, group_id)
    services.save_group_mail(
        session,
        actor=current_person(),
        now=request_time(),
        group=group,
        version=form.expected_version,
        content=form.content(),
    )
    for value in request.form.getlist("take_out"):
        services.take_file_out(session, group=group, file_id=_id(value))
    _enclose(session, group, file)


def _enclose(session: Session, group: GroupMail, file: AcceptedFile | None) -> None:
    if file:
        services.enclose_file(session, actor=current_person(), now=request_time(), group=group, accepted=file)


def _id(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise NotFound from None


def _saved(group_id: uuid.UUID, form: GroupForm) -> ResponseReturnValue:
    """On to the people, or back to the draft; what is missing is said beside its field."""
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    if form.has_errors or (request.form.get("what") == "look" and missing(group)):
        return _with_problems(programme, group, form)
    flash(_("Your draft is kept."))
    page = "groups.show" if request.form.get("what") == "look" else "groups.edit"
    return redirect(url_for(page, group_id=group_id))


def _with_problems(programme: Programme, group: GroupMail, form: GroupForm) -> ResponseReturnValue:
    form.version.data = str(group.version)
    if request.form.get("what") == "look":
        form.add_missing(group)
    return _edit_page(programme, form, group)


def _edit_page(programme: Programme, form: GroupForm, group: GroupMail | None) -> ResponseReturnValue:
    page = render_template(
        "mailing/groups/edit.html",
        programme=programme,
        group=group,
        form=form,
        files=queries.list_enclosed(reading(), group.id) if group else [],
        most_files=services.MOST_FILES,
        most_megabytes=services.MOST_BYTES // 1024**2,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/organise/mail/groups/<uuid:group_id>")
def show(group_id: uuid.UUID) -> ResponseReturnValue:
    """A draft with everybody who would get it; a sent one with what became of each of its mails."""
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    if group.state is GroupState.SENT:
        return _sent_page(group, programme)
    if request.args.get("part") == "html":
        return _html_part(group)
    return _draft_page(group_id, SendForm(formdata=None))


def _html_part(group: GroupMail) -> Response:
    """The mail as the person asked for would see it. Raises NotFound if it goes to nobody, or says nothing yet."""
    one = _asked_for(queries.read_reach(reading(), group, request_time()))
    if one is None or missing(group):
        raise NotFound
    with rehearsing() as session:
        message = services.write_one(
            session, now=request_time(), group=_own(session, group.id), candidate=one
        )
        return html_part(message.html)


def _sent_page(group: GroupMail, programme: Programme) -> str:
    wanted = MailFilter(group_id=group.id, state=asked_filter().state)
    return render_template(
        "mailing/groups/sent.html",
        group=group,
        programme=programme,
        states=state_chips(count_mails(reading(), programme.id, wanted), wanted.state),
        page=fetch_page(reading(), mails_of_programme(programme.id, wanted), requested_page()),
        files=queries.list_enclosed(reading(), group.id),
        kind_words=kind_words,
        audience_words=audience_words,
    )


def _draft_page(group_id: uuid.UUID, form: SendForm) -> Response:
    group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    found = queries.read_reach(reading(), group, request_time())
    problems = list(missing(group).values())
    one = _asked_for(found)
    page = render_template(
        "mailing/groups/draft.html",
        group=group,
        programme=programme,
        form=form,
        found=found,
        page=cut_page(found.recipients, requested_page(), size=SHOWN),
        problems=problems,
        reader=one if not problems else None,
        files=queries.list_enclosed(reading(), group.id),
        hold=find_hold(reading(), programme.id),
        audience_words=audience_words,
        status_words=status_words,
    )
    return framing(make_response(page))


def _asked_for(found: Reach) -> Candidate | None:
    """The person whose mail is shown: the one asked for, else the first."""
    asked = request.args.get("person", "")
    named = (one for one in found.recipients if str(one.person_id) == asked)
    return next(named, found.recipients[0] if found.recipients else None)


@blueprint.post("/organise/mail/groups/<uuid:group_id>/send")
def send(group_id: uuid.UUID) -> ResponseReturnValue:
    """One mail to each person that was shown; pressing twice sends once."""
    group, _programme = get_group_for_organiser(reading(), current_person(), group_id)
    form, sent = SendForm(), [0]
    if group.state is GroupState.SENT:
        return _sent_already(group_id)
    if missing(group):
        return redirect(url_for("groups.edit", group_id=group_id))
    if form.validate_on_submit() and form.carry_out(
        lambda session: sent.append(
            services.send_group_mail(
                session,
                actor=current_person(),
                now=request_time(),
                group=_own(session, group_id),
                version=form.expected_version,
                mark=str(form.mark.data or ""),
                hold=bool(form.hold.data),
            )
        )
    ):
        flash(_said(sent[-1], held=bool(form.hold.data)))
        return redirect(url_for("groups.show", group_id=group_id))
    if get_group_for_organiser(reading(), current_person(), group_id)[0].state is GroupState.SENT:
        return _sent_already(group_id)
    return _draft_page(group_id, form), 422


def _said(count: int, *, held: bool) -> str:
    if held:
        return str(
            ngettext(
                "%(num)s mail waits in the outbox for your look.",
                "%(num)s mails wait in the outbox for your look.",
                count,
            )
        )
    return str(ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", count))


def _sent_already(group_id: uuid.UUID) -> ResponseReturnValue:
    flash(_("This group mail was sent already, once to each person."), "warning")
    return redirect(url_for("groups.show", group_id=group_id))


@blueprint.post("/organise/mail/groups/<uuid:group_id>/test")
def test(group_id: uuid.UUID) -> ResponseReturnValue:
    """Send it to oneself alone."""
    return _act(group_id, services.send_group_test, _("A test goes to your own address."), "groups.show")


@blueprint.post("/organise/mail/groups/<uuid:group_id>/discard")
def discard(group_id: uuid.UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    return _act(group_id, services.discard_group_mail, _("The draft is gone."), "groups.index")


def _act(group_id: uuid.UUID, command: Callable[..., object], said: str, then: str) -> ResponseReturnValue:
    _group, programme = get_group_for_organiser(reading(), current_person(), group_id)
    arguments = {"slug": programme.slug} if then == "groups.index" else {"group_id": group_id}
    form = Form()
    done = form.validate_on_submit() and form.carry_out(
        lambda session: command(
            session, actor=current_person(), now=request_time(), group=_own(session, group_id)
        )
    )
    flash(said if done else " ".join(form.refusals), "message" if done else "warning")
    return redirect(url_for(then, **arguments) if done else url_for("groups.show", group_id=group_id))


@blueprint.get("/organise/mail/groups/<uuid:group_id>/files/<uuid:file_id>")
def file(group_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file that goes along."""
    group, _programme = get_group_for_organiser(reading(), current_person(), group_id)
    return send_stored(get_enclosed_file(reading(), group, file_id))


def _own(session: Session, group_id: uuid.UUID) -> GroupMail:
    return get_group_for_organiser(session, current_person(), group_id)[0]
