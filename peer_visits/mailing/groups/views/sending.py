"""Who gets a group mail, sending it, and what became of it."""

from __future__ import annotations

import uuid

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from peer_visits.accounts.current import current_person
from peer_visits.calls.models import Programme
from peer_visits.kernel.errors import NotFound
from peer_visits.mailing.asking import asked_filter, state_chips
from peer_visits.mailing.groups import queries, services
from peer_visits.mailing.groups.access import get_group_for_organiser
from peer_visits.mailing.groups.forms import SendForm, missing
from peer_visits.mailing.groups.models import GroupMail
from peer_visits.mailing.groups.rules import Candidate, Reach
from peer_visits.mailing.groups.states import GroupState
from peer_visits.mailing.groups.views.blueprint import blueprint
from peer_visits.mailing.groups.words import audience_words, status_words
from peer_visits.mailing.queries import MailFilter, count_mails, find_hold, mails_of_programme
from peer_visits.mailing.showing import html_part
from peer_visits.mailing.words import kind_words
from peer_visits.storage.transaction import reading, rehearsing
from peer_visits.web.headers import framing
from peer_visits.web.moment import request_time
from peer_visits.web.pages import cut_page, fetch_page, requested_page

SHOWN = 100


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
            session,
            now=request_time(),
            group=get_group_for_organiser(session, current_person(), group.id)[0],
            candidate=one,
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
                group=get_group_for_organiser(session, current_person(), group_id)[0],
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
