"""Pages of accounts: register, sign in and out, mailed links, own profile."""

from __future__ import annotations

from collections.abc import Callable

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from peer_visits.accounts import services
from peer_visits.accounts.again import go_on, sign_in_page
from peer_visits.accounts.current import SECRET, current_person, current_person_or_none
from peer_visits.accounts.forms import (
    AddressForm,
    ForgottenForm,
    LinkForm,
    PasswordForm,
    ProfileForm,
    RegisterForm,
    ResetForm,
    SignInForm,
)
from peer_visits.accounts.kept import carried
from peer_visits.accounts.links import find_link
from peer_visits.accounts.models import LinkPurpose, OrganisationKind, Person
from peer_visits.accounts.passwords import hash_password, password_matches
from peer_visits.accounts.rules import partly_hidden
from peer_visits.accounts.sessions import end_session, start_session
from peer_visits.accounts.throttle import TooManyAttempts, count_attempt
from peer_visits.accounts.ways import wanted_page, way_on
from peer_visits.kernel.zones import zone_names
from peer_visits.outbox.gates import find_flag
from peer_visits.outbox.wording.speech import LANGUAGES
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.formats import default_zone
from peer_visits.web.forms import Form, typed
from peer_visits.web.moment import request_time

blueprint = Blueprint("accounts", __name__)


def _status(form: Form) -> int:
    return 422 if form.is_submitted() else 200


def _count(purpose: str, email: str) -> None:
    """Count this attempt in a transaction of its own, so that it stays counted whatever follows."""
    with writing() as writer:
        count_attempt(
            writer, purpose=purpose, email=email, network=request.remote_addr or "", now=request_time()
        )


@blueprint.app_errorhandler(TooManyAttempts)
def wait(error: TooManyAttempts) -> ResponseReturnValue:
    """Too many attempts: say how long to wait, and lose nothing that a sign-in carries along."""
    headers, kept = {"Retry-After": str(error.retry_after_seconds)}, carried()
    if kept is None:
        return render_template("errors/429.html"), 429, headers
    form = SignInForm()
    form.refusals.append(_("Too many attempts. Wait a minute, then try again."))
    return sign_in_page(form, kept, request.args.get("next")), 429, headers


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """A new account. The answer is the same whether or not the address is known."""
    form = RegisterForm()
    if form.validate_on_submit():
        _count("register", typed(form.email))
        password_hash = hash_password(typed(form.password))
        if form.carry_out(
            lambda writer: services.register_person(
                writer,
                now=request_time(),
                email=typed(form.email),
                name=typed(form.name),
                password_hash=password_hash,
                time_zone=default_zone(),
                language=request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0],
            )
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/register.html", form=form), _status(form)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Address and password, then on to where the person wanted to go, with what they had typed."""
    kept, wanted = carried(), request.args.get("next")
    if current_person_or_none():
        return go_on(kept, wanted)
    form = SignInForm()
    if form.validate_on_submit():
        _count("sign-in", typed(form.email))
        person = _person_with_password(typed(form.email), typed(form.password))
        if person:
            _sign_in(person)
            return go_on(kept, wanted)
        form.refusals.append(_("Address or password is not right. Try again, or ask for a new password."))
    return sign_in_page(form, kept, wanted), _status(form)


def _person_with_password(email: str, password: str) -> Person | None:
    person = services.find_person(reading(), email)
    password_hash = person.password_hash if person else None
    reading().rollback()  # hashing is slow; nothing stays open meanwhile
    return services.find_person(reading(), email) if password_matches(password_hash, password) else None


def _sign_in(person: Person) -> None:
    """A new session under a new secret: whatever the cookie held before is worth nothing."""
    with writing() as writer:
        secret = start_session(writer, person, now=request_time())
        session.clear()
        # The token drawn for this request belongs to the session that is gone; a page shown now needs a fresh one.
        g.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
        session[SECRET] = secret
        session.permanent = True
        login_user(person)
        bounced = find_flag(writer, person.email)
    if bounced:
        flash(
            _("Mail to your address comes back, so our mails to you wait. Look at your account to mend it."),
            "warning",
        )


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
def ask_for_link() -> ResponseReturnValue:
    """Ask for a link to sign in with. The answer is the same whether or not there is an account."""
    form, wanted = LinkForm(), wanted_page()
    if form.validate_on_submit():
        _count("sign-in-link", typed(form.email))
        if form.carry_out(
            lambda writer: services.ask_for_sign_in_link(
                writer, now=request_time(), email=typed(form.email), wanted=wanted
            )
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/ask_for_link.html", form=form, wanted=wanted), _status(form)


@blueprint.route("/sign-in/link/<secret>", methods=["GET", "POST"])
def use_link(secret: str) -> ResponseReturnValue:
    """Sign in by a mailed link. Opening it shows a button; only the button uses it up."""
    form, signed_in = Form(), list[Person]()
    if form.validate_on_submit() and form.carry_out(
        lambda writer: signed_in.append(services.sign_in_by_link(writer, now=request_time(), secret=secret))
    ):
        _sign_in(signed_in[0])
        return redirect(way_on(wanted_page()))
    link = (
        None if form.is_submitted() else find_link(reading(), secret, LinkPurpose.SIGN_IN, now=request_time())
    )
    return render_template(
        "accounts/use_link.html",
        form=form,
        link=link,
        shown_email=partly_hidden(link.email) if link else "",
        wanted=wanted_page(),
    ), _status(form)


@blueprint.get("/csrf")
def csrf() -> ResponseReturnValue:
    """A fresh token for a page whose session was renewed in another window."""
    return jsonify(token=generate_csrf())


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session on the server; the cookie is worth nothing from now on."""
    with writing() as writer:
        end_session(writer, session.get(SECRET, ""))
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("site.home"))


@blueprint.route("/verify/<secret>", methods=["GET", "POST"])
def verify(secret: str) -> ResponseReturnValue:
    """Confirm an address. Opening the link shows a button; only the button uses it up."""
    return _with_link(
        secret,
        LinkPurpose.VERIFY,
        "accounts/verify.html",
        lambda writer: services.verify_address(writer, now=request_time(), secret=secret),
        _("Your address is confirmed."),
    )


@blueprint.route("/account/email/<secret>", methods=["GET", "POST"])
def confirm_address(secret: str) -> ResponseReturnValue:
    """Confirm a new address, in the same two steps."""
    return _with_link(
        secret,
        LinkPurpose.CHANGE_ADDRESS,
        "accounts/confirm_address.html",
        lambda writer: services.confirm_new_address(writer, now=request_time(), secret=secret),
        _("Your new address is confirmed. Sign in with it."),
    )


def _with_link(
    secret: str, purpose: LinkPurpose, template: str, command: Callable[[Session], object], done: str
) -> ResponseReturnValue:
    link = find_link(reading(), secret, purpose, now=request_time())
    form = Form()
    if form.validate_on_submit() and form.carry_out(command):
        flash(done)
        return redirect(url_for("accounts.profile"))
    return render_template(template, form=form, link=link), _status(form)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for a link. The answer is the same whether or not there is an account."""
    form = ForgottenForm()
    if form.validate_on_submit():
        _count("reset", typed(form.email))
        if form.carry_out(
            lambda writer: services.ask_for_reset(writer, now=request_time(), email=typed(form.email))
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/forgotten.html", form=form), _status(form)


@blueprint.route("/reset/<secret>", methods=["GET", "POST"])
def reset(secret: str) -> ResponseReturnValue:
    """Choose a new password by a mailed link."""
    link = find_link(reading(), secret, LinkPurpose.RESET, now=request_time())
    form = ResetForm()
    if form.validate_on_submit():
        password_hash = hash_password(typed(form.password))
        if form.carry_out(
            lambda writer: services.reset_password(
                writer, now=request_time(), secret=secret, password_hash=password_hash
            )
        ):
            flash(_("Your new password is set. Sign in with it."))
            return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/reset.html", form=form, link=link), _status(form)


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
    return page, _status(form)


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """A new password; every other browser is signed out."""
    person = current_person()
    form = PasswordForm(password_hash=person.password_hash, own_email=person.email)
    if form.validate_on_submit():
        password_hash = hash_password(typed(form.password))
        if form.carry_out(
            lambda writer: services.change_password(
                writer, actor=person, now=request_time(), password_hash=password_hash
            )
        ):
            _sign_in(person)
            flash(_("Your password is changed, and every other browser is signed out."))
            return redirect(url_for("accounts.profile"))
    return render_template("accounts/password.html", form=form), _status(form)


@blueprint.route("/account/email", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    """Ask to replace the address; a link goes to the new one."""
    person = current_person()
    form = AddressForm(password_hash=person.password_hash, own_email=person.email)
    if form.validate_on_submit():
        _count("address", person.email)
        if form.carry_out(
            lambda writer: services.ask_for_new_address(
                writer, actor=person, now=request_time(), email=typed(form.email)
            )
        ):
            return render_template("accounts/look_into_mail.html", email=typed(form.email))
    return render_template("accounts/address.html", form=form), _status(form)


@blueprint.post("/account/send-verification")
def send_verification() -> ResponseReturnValue:
    """Mail the confirming link once more."""
    person = current_person()
    _count("verify", person.email)
    with writing() as writer:
        services.send_verification(writer, actor=person, now=request_time())
    flash(_("A new link is on its way to %(email)s.", email=person.email))
    return redirect(url_for("accounts.profile"))
