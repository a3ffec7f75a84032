"""The organiser's outbox."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_programme_for_organiser
from peer_visits.mailing import queries, services
from peer_visits.mailing.access import get_addressee, get_message_for_organiser
from peer_visits.mailing.asking import asked_filter, asked_ids, filter_arguments, state_chips
from peer_visits.mailing.forms import ApproveForm, EditForm
from peer_visits.mailing.showing import html_part
from peer_visits.mailing.views.blueprint import blueprint
from peer_visits.mailing.words import kind_words
from peer_visits.outbox.health import read_trouble
from peer_visits.outbox.models import Message
from peer_visits.outbox.private_links import without_private_links
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import Form, typed
from peer_visits.web.headers import framing
from peer_visits.web.moment import request_time
from peer_visits.web.pages import fetch_page, requested_page


@blueprint.get("/organise/programmes/<slug>/mail")
def outbox(slug: str) -> str:
    """Every mail of a programme: what could not be delivered first, then what waits for a look."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    wanted = asked_filter()
    counts = queries.count_mails(reading(), programme.id, wanted)
    return render_template(
        "mailing/outbox.html",
        programme=programme,
        wanted=wanted,
        arguments=filter_arguments(wanted),
        states=state_chips(counts, wanted.state),
        to_approve=queries.count_for_a_look(reading(), programme.id, wanted),
        page=fetch_page(reading(), queries.mails_of_programme(programme.id, wanted), requested_page()),
        kinds=queries.list_kinds(reading(), programme.id),
        visits=queries.list_visits(reading(), programme.id),
        hold=queries.find_hold(reading(), programme.id),
        switched=queries.count_switched(reading(), programme.id),
        trouble=read_trouble(reading(), [programme.id], request_time()),
        kind_words=kind_words,
    )


@blueprint.post("/organise/programmes/<slug>/mail/approve")
def approve(slug: str) -> ResponseReturnValue:
    """Show exactly what would leave, then let exactly that go."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    wanted, ids, form = asked_filter(), asked_ids(), ApproveForm()
    sure = request.form.get("sure") == "1"
    if request.form.get("what") == "ticked" and not ids:
        flash(_("Tick the mails that should leave."), "warning")
        return redirect(_outbox_url(slug, wanted))
    if (
        sure
        and form.validate_on_submit()
        and form.carry_out(
            lambda session: services.approve_mails(
                session,
                actor=current_person(),
                now=request_time(),
                programme=get_programme_for_organiser(session, current_person(), slug),
                wanted=wanted,
                ids=ids,
                expected=form.expected,
            )
        )
    ):
        flash(ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", form.expected))
        return redirect(_outbox_url(slug, wanted))
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    mails = queries.list_for_a_look(reading(), programme.id, wanted, ids)
    page = render_template(
        "mailing/approve.html",
        programme=programme,
        mails=mails,
        ids=ids,
        arguments=filter_arguments(wanted),
        form=form,
        kind_words=kind_words,
    )
    return page, 422 if sure else 200


def _outbox_url(slug: str, wanted: queries.MailFilter) -> str:
    arguments: dict[str, Any] = {"slug": slug, **filter_arguments(wanted)}
    return url_for("mailing.outbox", **arguments)


@blueprint.post("/organise/programmes/<slug>/mail/hold")
def hold_all(slug: str) -> ResponseReturnValue:
    """The switch: nothing of this programme leaves."""
    return _switch(
        slug, services.hold_all, _("Nothing of this programme leaves until you turn the switch back.")
    )


@blueprint.post("/organise/programmes/<slug>/mail/let-go")
def let_all_go(slug: str) -> ResponseReturnValue:
    """The switch back."""
    return _switch(slug, services.let_all_go, _("Mail leaves again."))


def _switch(slug: str, command: Callable[..., int], said: str) -> ResponseReturnValue:
    get_programme_for_organiser(reading(), current_person(), slug)
    form = Form()
    done = form.validate_on_submit() and form.carry_out(
        lambda session: command(
            session,
            actor=current_person(),
            now=request_time(),
            programme=get_programme_for_organiser(session, current_person(), slug),
        )
    )
    flash(said if done else " ".join(form.refusals), "message" if done else "warning")
    return redirect(url_for("mailing.outbox", slug=slug))


@blueprint.get("/organise/programmes/<slug>/mail/people/<uuid:addressee_id>")
def person(slug: str, addressee_id: uuid.UUID) -> str:
    """Everything a programme has written to one person, and why."""
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    found = get_addressee(reading(), programme, addressee_id)
    query = queries.mails_to_person(programme.id, found.id)
    return render_template(
        "mailing/person.html",
        programme=programme,
        addressee=found,
        bounced=queries.find_bounce(reading(), found.email),
        page=fetch_page(reading(), query, requested_page()),
        kind_words=kind_words,
    )


@blueprint.get("/organise/mail/<uuid:message_id>")
def message(message_id: uuid.UUID) -> ResponseReturnValue:
    """One mail as it was written, and what became of it; `?part=html` is its HTML part alone."""
    if request.args.get("part") == "html":
        found, _programme = get_message_for_organiser(reading(), current_person(), message_id)
        return html_part(without_private_links(found.html))
    return _message_page(message_id, Form(formdata=None))


def _message_page(message_id: uuid.UUID, form: Form) -> Response:
    found, programme = get_message_for_organiser(reading(), current_person(), message_id)
    page = render_template(
        "mailing/message.html",
        message=found,
        text=without_private_links(found.text),
        programme=programme,
        form=form,
        bounced=queries.find_bounce(reading(), found.to_address),
        of_act=queries.count_of_act(reading(), found),
        kind_words=kind_words,
    )
    return framing(make_response(page))


@blueprint.route("/organise/mail/<uuid:message_id>/edit", methods=["GET", "POST"])
def edit(message_id: uuid.UUID) -> ResponseReturnValue:
    """Other words for a mail that is held."""
    found, programme = get_message_for_organiser(reading(), current_person(), message_id)
    text = without_private_links(found.text)
    form = EditForm(data={"subject": found.subject, "text": text, "revision": found.revision})
    if form.validate_on_submit() and form.carry_out(
        lambda session: services.edit_mail(
            session,
            actor=current_person(),
            now=request_time(),
            message=_own(session, message_id),
            subject=typed(form.subject),
            text=typed(form.text),
            revision=form.expected_revision,
        )
    ):
        flash(_("The mail has your words now. It is still held."))
        return redirect(url_for("mailing.message", message_id=message_id))
    found, programme = get_message_for_organiser(reading(), current_person(), message_id)
    page = render_template("mailing/edit.html", message=found, programme=programme, form=form)
    return page, 422 if form.is_submitted() else 200


# What is done with one mail by a button alone: the command, and what is said when it is done.
ACTIONS: dict[str, tuple[Callable[..., object], Any]] = {
    "hold": (services.hold_mail, _l("The mail is held.")),
    "withdraw": (services.withdraw_mail, _l("The mail will not be sent.")),
    "send-again": (services.send_message_again, _l("The mail is on its way again.")),
    "resend": (services.resend_mail, _l("The mail goes out once more, as a mail of its own.")),
    "test": (services.send_test, _l("A test goes to your own address.")),
}


@blueprint.post(f"/organise/mail/<uuid:message_id>/<any({', '.join(map(repr, ACTIONS))}):action>")
def act(message_id: uuid.UUID, action: str) -> ResponseReturnValue:
    """Hold it, never send it, try it again, send it once more, or send it to oneself alone."""
    get_message_for_organiser(reading(), current_person(), message_id)
    (command, said), form = ACTIONS[action], Form()
    if form.validate_on_submit() and form.carry_out(
        lambda session: command(
            session, actor=current_person(), now=request_time(), message=_own(session, message_id)
        )
    ):
        flash(str(said))
        return redirect(url_for("mailing.message", message_id=message_id))
    return _message_page(message_id, form), 422


def _own(session: Session, message_id: uuid.UUID) -> Message:
    return get_message_for_organiser(session, current_person(), message_id)[0]
