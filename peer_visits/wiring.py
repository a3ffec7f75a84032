"""Puts the rooms together. The only module that knows them all."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from peer_visits.accounts.current import register_current_person
from peer_visits.accounts.readers import recipients_by_id
from peer_visits.agenda.showing.access import list_public_items
from peer_visits.cli import register_commands
from peer_visits.config import Settings, read_settings
from peer_visits.followup.commitments import links as commitment_links
from peer_visits.followup.commitments.report import commitment_lines
from peer_visits.jobs.bell import register_bell
from peer_visits.jobs.readiness import readiness_checks
from peer_visits.library.printing.sources import REPORT_SOURCES, Sources
from peer_visits.outbox.composing import OWN_WORDS
from peer_visits.outbox.gates import GATES
from peer_visits.outbox.reasons import READERS, Reason
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.wording.definition import Wording
from peer_visits.paths import MIGRATIONS, TEMPLATES
from peer_visits.permissions.guard import register_guard
from peer_visits.permissions.navigation import register_navigation
from peer_visits.places.links import AnswerLinks
from peer_visits.privacy.registry import ROOMS, read_room
from peer_visits.searches.words import register_search_words
from peer_visits.storage.engine import engine_options, prepare_engine
from peer_visits.storage.personal import Room
from peer_visits.storage.transaction import db
from peer_visits.web import formats
from peer_visits.web.errors import register_errors
from peer_visits.web.headers import register_headers
from peer_visits.web.limits import limiter
from peer_visits.web.proxies import trust_proxies
from peer_visits.web.serving import serve_static

# In the order of the house; importing a room's views imports its models too.
VIEWS = (
    "web.health",
    "web.pattern_views",
    "accounts.views",
    "questions.views",
    "applications.views",
    "shortlist.views",
    "allocation.views",
    "allocation.suggesting.views",
    "places.views",
    "agenda.views",
    "library.views",
    "library.views.sharing",
    "library.printing.views",
    "library.views.reading",
    "library.writing.views",
    "followup.commitments.views",
    "followup.certificates.views",
    "followup.survey.views",
    "site.views",
    "organiser.views",
    "insight.views",
    "mailing.views",
    "mailing.groups.views",
    "editor.views",
    "imports.views",
    "imports.reports.views",
    "roles.views",
    "privacy.views",
)
DEMO_VIEWS = ("demo.views",)
MODELS = (
    "audit",
    "accounts",
    "calls",
    "questions",
    "visits",
    "applications",
    "shortlist",
    "allocation",
    "allocation.suggesting",
    "places",
    "agenda",
    "files",
    "library",
    "library.writing",
    "library.printing",
    "followup.commitments",
    "followup.certificates",
    "followup.survey",
    "outbox",
    "imports",
    "mailing.groups",
    "privacy",
)
# Rooms that send mail, with the texts of it.
WORDINGS = (
    "outbox",
    "accounts",
    "applications",
    "shortlist",
    "places",
    "agenda",
    "library",
    "followup.commitments",
    "followup.certificates",
    "followup.survey",
    "followup.thanking",
    "organiser",
    "editor",
    "roles",
    "mailing.groups",
    "privacy",
)
# Rooms that say of their mails whether they are still true.
REASONS = (
    "accounts",
    "applications",
    "shortlist",
    "places",
    "agenda",
    "library",
    "followup.commitments",
    "followup.certificates",
    "followup.survey",
    "followup.thanking",
    "editor",
    "mailing.groups",
    "privacy",
)
# Rooms that say what they hold about people, from the ground up: what stands on other rows is erased first.
PERSONAL = (
    "audit",
    "files",
    "outbox",
    "accounts",
    "calls",
    "questions",
    "visits",
    "applications",
    "shortlist",
    "allocation",
    "places",
    "agenda",
    "library",
    "library.writing",
    "library.printing",
    "followup.commitments",
    "followup.certificates",
    "followup.survey",
    "mailing.groups",
    "privacy",
    "imports",
)


def build_app(settings: Settings | None = None) -> Flask:
    """The whole application. Raises ConfigurationError or UndeclaredRoute instead of starting badly."""
    settings = settings or read_settings()
    app = Flask("peer_visits", template_folder=str(TEMPLATES), static_folder=None)
    app.config.from_mapping(flask_settings(settings))
    app.extensions["settings"] = settings
    _register_storage(app, settings)
    _register_web(app, settings)
    _register_rooms(app, settings)
    app.extensions[REPORT_SOURCES] = Sources(agenda=list_public_items, commitments=commitment_lines)
    register_guard(app)
    register_commands(app)
    return app


def flask_settings(settings: Settings) -> dict[str, Any]:
    """Flask's own settings from ours."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        # Only what changes the cookie sets it: an answer that arrives late must not bring back an older one.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": settings.upload_bytes + 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 500,
        "TRUSTED_HOSTS": _trusted_hosts(settings),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a long form must not fail by its age
        "WTF_CSRF_SSL_STRICT": True,
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_STORAGE_URI": "memory://",
        "BABEL_DEFAULT_LOCALE": "en_IE",
    }


def _trusted_hosts(settings: Settings) -> list[str]:
    own = {settings.host, *settings.trusted_hosts}
    return sorted(own | {"localhost", "127.0.0.1"} if settings.demo else own)


def _register_storage(app: Flask, settings: Settings) -> None:
    for room in MODELS:
        import_module(f"peer_visits.{room}.models")
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        prepare_engine(db.engine)
    app.extensions["session_info"] = {
        "answer_links": AnswerLinks(settings.secret_key),
        commitment_links.KEY: AnswerLinks(settings.secret_key, commitment_links.PURPOSE),
        "mail": mail_settings(settings),
        "mail_reasons": all_reasons(),
        GATES: None,
        OWN_WORDS: None,
        "mail_people": recipients_by_id,
        READERS: None,
    }
    app.extensions[ROOMS] = all_personal()
    app.extensions["readiness"] = readiness_checks()
    register_bell(app, settings, db.session)


def mail_settings(settings: Settings) -> MailSettings:
    """What every mail of this installation shares."""
    return MailSettings(
        settings.public_url,
        settings.mail_sender,
        secret=settings.secret_key,
        bounce_address=settings.bounce_address,
        wordings=all_wordings(),
    )


def all_wordings() -> dict[str, Wording]:
    """Every text of mail by name, from every room that sends some."""
    wordings: dict[str, Wording] = {}
    for room in WORDINGS:
        wordings |= {one.name: one for one in import_module(f"peer_visits.{room}.mail_texts").TEXTS}
    return wordings


def all_reasons() -> dict[str, Reason]:
    """Why each kind of mail is sent, from every room that sends some."""
    reasons: dict[str, Reason] = {}
    for room in REASONS:
        reasons |= import_module(f"peer_visits.{room}.reasons").REASONS
    return reasons


def all_personal() -> tuple[Room, ...]:
    """What every room says it holds about people."""
    return tuple(read_room(name, import_module(f"peer_visits.{name}.personal")) for name in PERSONAL)


def _register_web(app: Flask, settings: Settings) -> None:
    trust_proxies(app, settings.proxies)
    # Mail programs leave a topic for people; the address they ask is itself the proof.
    protection = CSRFProtect(app)
    protection.exempt("peer_visits.mailing.views.public.unsubscribe")
    protection.exempt("peer_visits.library.views.sharing.oai")  # reads only, and by the protocol also by POST
    Babel(app, locale_selector=formats.reader_locale, timezone_selector=formats.reader_zone)
    limiter.init_app(app)
    register_headers(app, https=settings.is_https)
    register_errors(app)
    register_current_person(app)
    register_navigation(app, settings)
    formats.register(app)
    register_search_words(app)
    serve_static(app, https=settings.is_https)


def _register_rooms(app: Flask, settings: Settings) -> None:
    for name in VIEWS + (DEMO_VIEWS if settings.demo else ()):
        app.register_blueprint(import_module(f"peer_visits.{name}").blueprint)
