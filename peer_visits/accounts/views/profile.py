"""What a person tells about themselves, and another address."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from peer_visits.accounts import services
from peer_visits.accounts.current import current_person
from peer_visits.accounts.forms import AddressForm, ProfileForm
from peer_visits.accounts.models import LinkPurpose, OrganisationKind
from peer_visits.accounts.views.answering import status, use_up_link
from peer_visits.accounts.views.attempts import count_this_attempt
from peer_visits.accounts.views.blueprint import blueprint
from peer_visits.kernel.zones import zone_names
from peer_visits.outbox.gates import find_flag
from peer_visits.storage.transaction import reading
from peer_visits.web.forms import typed
from peer_visits.web.moment import request_time


@blueprint.route("/account/email/<secret>", methods=["GET", "POST"])
def confirm_address(secret: str) -> ResponseReturnValue:
    """Confirm a new address, in the same two steps."""
    return use_up_link(
        secret,
        LinkPurpose.CHANGE_ADDRESS,
        "accounts/confirm_address.html",
        lambda writer: services.confirm_new_address(writer, now=request_time(), secret=secret),
        _("Your new address is confirmed. Sign in with it."),
    )


@blueprint.route("/account", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    """What a person tells about themselves."""
    person = current_person()
    form = ProfileForm(obj=person)
    if form.validate_on_submit() and form.carry_out(
        lambda writer: services.change_profile(
            writer,
            actor=person,
            now=request_time(),
            version=form.expected_version,
            name=typed(form.name),
            organisation=typed(form.organisation),
            organisation_kind=OrganisationKind(typed(form.organisation_kind)),
            country=typed(form.country),
            language=typed(form.language),
            time_zone=typed(form.time_zone),
        )
    ):
        flash(_("Your profile is saved."))
        return redirect(url_for("accounts.profile"))
    page = render_template(
        "accounts/profile.html",
        form=form,
        zones=sorted(zone_names()),
        bounced=find_flag(reading(), person.email),
    )
    return page, status(form)


@blueprint.route("/account/email", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    """Ask to replace the address; a link goes to the new one."""
    person = current_person()
    form = AddressForm(password_hash=person.password_hash, own_email=person.email)
    if form.validate_on_submit():
        count_this_attempt("address", person.email)
        if form.carry_out(
            lambda writer: services.ask_for_new_address(
                writer, actor=person, now=request_time(), email=typed(form.email)
            )
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/address.html", form=form), status(form)
