"""The one table of who may call which route. A route without a row stops the application from starting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from peer_visits.permissions.relations import Role


class Scope(StrEnum):
    """Which record of theirs the route is about: proved per object by the room's `access.py`."""

    NONE = "none"
    OWN = "own"
    VISIT = "visit"
    CALL = "call"
    PROGRAMME = "programme"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Rule:
    """Roles that may ask, and the record they must stand in that role to."""

    roles: frozenset[Role]
    scope: Scope = Scope.NONE

    @property
    def is_public(self) -> bool:
        """Whether nobody needs to sign in."""
        return Role.VISITOR in self.roles


PUBLIC = Rule(frozenset(Role))
SIGNED_IN = Rule(frozenset(Role) - {Role.VISITOR})
OWN = Rule(SIGNED_IN.roles, Scope.OWN)
HOSTS = Rule(frozenset({Role.HOST}))
HOST_OF_VISIT = Rule(frozenset({Role.HOST}), Scope.VISIT)
ORGANISERS = Rule(frozenset({Role.ORGANISER}))
ORGANISER_OF_CALL = Rule(frozenset({Role.ORGANISER}), Scope.CALL)
ORGANISER_OF_PROGRAMME = Rule(frozenset({Role.ORGANISER}), Scope.PROGRAMME)
ORGANISER_OF_VISIT = Rule(frozenset({Role.ORGANISER}), Scope.VISIT)
AGENDA_EDITORS = Rule(frozenset({Role.HOST, Role.ORGANISER}), Scope.VISIT)
TEAM_EDITORS = AGENDA_EDITORS
SHEET_READERS = AGENDA_EDITORS
DOCUMENT_DESK = Rule(frozenset({Role.AUTHOR, Role.HOST, Role.ORGANISER}))
DOCUMENT_READERS = Rule(frozenset({Role.AUTHOR, Role.HOST, Role.ORGANISER}), Scope.DOCUMENT)
DOCUMENT_WRITERS = Rule(frozenset({Role.AUTHOR, Role.HOST}), Scope.DOCUMENT)
DOCUMENT_EDITORS = Rule(frozenset({Role.AUTHOR, Role.ORGANISER}), Scope.DOCUMENT)
DOCUMENT_AUTHORS = Rule(frozenset({Role.AUTHOR}), Scope.DOCUMENT)
DOCUMENT_PUBLISHERS = Rule(frozenset({Role.ORGANISER}), Scope.DOCUMENT)
MONITORS = Rule(frozenset({Role.ORGANISER, Role.ADMINISTRATOR}))
ROLE_GIVERS = Rule(frozenset({Role.ORGANISER, Role.ADMINISTRATOR}), Scope.PROGRAMME)

# Routes that a program may ask with the token of the settings instead of an account.
BY_TOKEN = frozenset({"mailing.metrics"})

RULES: dict[str, Rule] = {
    # Public pages
    "static": PUBLIC,
    "health.healthz": PUBLIC,
    "health.readyz": PUBLIC,
    "patterns.svg": PUBLIC,
    "patterns.share": PUBLIC,
    "site.home": PUBLIC,
    "site.calls": PUBLIC,
    "site.call": PUBLIC,
    "site.visits": PUBLIC,
    "site.visit": PUBLIC,
    "site.accessibility": PUBLIC,
    "site.privacy": PUBLIC,
    "site.sitemap": PUBLIC,
    "site.robots": PUBLIC,
    "site.security": PUBLIC,
    "site.favicon": PUBLIC,
    "site.theme": PUBLIC,
    "agenda.public": PUBLIC,
    "agenda.release": PUBLIC,
    "agenda.calendar": PUBLIC,
    "agenda.material": PUBLIC,
    "agenda.portrait": PUBLIC,
    "agenda.speaking": PUBLIC,
    "agenda.now": OWN,
    "agenda.my_calendar": OWN,
    "agenda.feed": PUBLIC,
    "agenda.speakers_sheet": PUBLIC,
    "agenda.speakers_material": PUBLIC,
    "agenda.export_json": PUBLIC,
    "agenda.widget": PUBLIC,
    "agenda.sheet": PUBLIC,
    "library.index": PUBLIC,
    "library.entry": PUBLIC,
    "library.download": PUBLIC,
    "library.edition": PUBLIC,
    "library.cover": PUBLIC,
    "printed.read": PUBLIC,
    "pages.page": PUBLIC,
    "pages.picture": PUBLIC,
    "sharing.cite": PUBLIC,
    "sharing.feeds": PUBLIC,
    "sharing.atom": PUBLIC,
    "sharing.oai": PUBLIC,
    # Accounts
    "accounts.register": PUBLIC,
    "accounts.sign_in": PUBLIC,
    "accounts.ask_for_link": PUBLIC,
    "accounts.use_link": PUBLIC,
    "accounts.csrf": SIGNED_IN,
    "accounts.sign_out": PUBLIC,
    "accounts.verify": PUBLIC,
    "accounts.forgotten": PUBLIC,
    "accounts.reset": PUBLIC,
    "accounts.confirm_address": PUBLIC,
    "accounts.profile": OWN,
    "accounts.password": OWN,
    "accounts.address": OWN,
    "accounts.send_verification": OWN,
    # Applying and answering
    "applications.mine": OWN,
    "applications.edit": OWN,
    "applications.autosave": OWN,
    "applications.upload": OWN,
    "applications.check": OWN,
    "applications.discard": OWN,
    "applications.receipt": OWN,
    "applications.attachment": OWN,
    "applications.preview": OWN,
    "applications.show": OWN,
    "applications.reopen": OWN,
    "places.withdraw_application": OWN,
    "places.answer_by_link": PUBLIC,
    "places.show": OWN,
    "places.answer": OWN,
    "places.give_up": OWN,
    # What people take home
    "commitments.own": OWN,
    "commitments.answer": OWN,
    "commitments.by_link": PUBLIC,
    "commitments.answer_by_link": PUBLIC,
    # The call editor
    "editor.new": ORGANISER_OF_PROGRAMME,
    "editor.settings": ORGANISER_OF_CALL,
    "editor.criteria": ORGANISER_OF_CALL,
    "editor.visits": ORGANISER_OF_CALL,
    "editor.new_visit": ORGANISER_OF_CALL,
    "editor.visit": ORGANISER_OF_VISIT,
    "editor.remove_visit": ORGANISER_OF_VISIT,
    "editor.preview": ORGANISER_OF_CALL,
    "editor.publish": ORGANISER_OF_CALL,
    "editor.extend": ORGANISER_OF_CALL,
    "editor.clone": ORGANISER_OF_CALL,
    "editor.archive": ORGANISER_OF_CALL,
    # Imports
    "imports.upload": ORGANISER_OF_CALL,
    "imports.template": ORGANISER_OF_CALL,
    "imports.columns": ORGANISER_OF_CALL,
    "imports.report": ORGANISER_OF_CALL,
    "imports.report_csv": ORGANISER_OF_CALL,
    "reports.choose": ORGANISERS,
    "reports.take_in": ORGANISERS,
    "reports.template": ORGANISERS,
    # The question builder
    "questions.builder": ORGANISER_OF_CALL,
    "questions.new_section": ORGANISER_OF_CALL,
    "questions.section": ORGANISER_OF_CALL,
    "questions.remove_section": ORGANISER_OF_CALL,
    "questions.new_question": ORGANISER_OF_CALL,
    "questions.question": ORGANISER_OF_CALL,
    "questions.remove_question": ORGANISER_OF_CALL,
    "questions.try_question": ORGANISER_OF_CALL,
    "applications.form_preview": ORGANISER_OF_CALL,
    # The host desk
    "shortlist.desk": HOSTS,
    "shortlist.board": HOST_OF_VISIT,
    "shortlist.review": HOST_OF_VISIT,
    "shortlist.autosave_review": HOST_OF_VISIT,
    "shortlist.attachment": HOST_OF_VISIT,
    "shortlist.preview": HOST_OF_VISIT,
    "shortlist.compare": HOST_OF_VISIT,
    "shortlist.sheet_xlsx": SHEET_READERS,
    "shortlist.sheet_document": SHEET_READERS,
    "shortlist.order": HOST_OF_VISIT,
    "shortlist.conflict": HOST_OF_VISIT,
    "shortlist.lift": ORGANISER_OF_VISIT,
    "shortlist.conflicts": ORGANISER_OF_CALL,
    "shortlist.team": TEAM_EDITORS,
    "shortlist.split": TEAM_EDITORS,
    "shortlist.remove": TEAM_EDITORS,
    "shortlist.withdraw": TEAM_EDITORS,
    "shortlist.join": PUBLIC,
    "shortlist.reveal": HOST_OF_VISIT,
    "suggesting.group": HOST_OF_VISIT,
    "suggesting.progress": HOST_OF_VISIT,
    "shortlist.try_moves": HOST_OF_VISIT,
    "shortlist.changes": HOST_OF_VISIT,
    "shortlist.hand_over": HOST_OF_VISIT,
    "shortlist.reopen": ORGANISER_OF_VISIT,
    # The organiser
    "organiser.home": ORGANISERS,
    "organiser.call": ORGANISER_OF_CALL,
    "organiser.close_call": ORGANISER_OF_CALL,
    "organiser.applications": ORGANISER_OF_CALL,
    "organiser.save_this_view": ORGANISER_OF_CALL,
    "organiser.forget_this_view": ORGANISER_OF_CALL,
    "organiser.duplicates": ORGANISER_OF_CALL,
    "organiser.export_csv": ORGANISER_OF_CALL,
    "organiser.export_xlsx": ORGANISER_OF_CALL,
    "organiser.version": ORGANISER_OF_CALL,
    "organiser.application": ORGANISER_OF_CALL,
    "organiser.attachment": ORGANISER_OF_CALL,
    "organiser.let_in_applicant": ORGANISER_OF_CALL,
    "organiser.ask_applicant": ORGANISER_OF_CALL,
    "organiser.redact": ORGANISER_OF_CALL,
    "organiser.unredact": ORGANISER_OF_CALL,
    "organiser.log": ORGANISER_OF_PROGRAMME,
    # Allocation runs
    "allocation.runs": ORGANISER_OF_CALL,
    "allocation.new": ORGANISER_OF_CALL,
    "allocation.run": ORGANISER_OF_CALL,
    "allocation.progress": ORGANISER_OF_CALL,
    "allocation.people": ORGANISER_OF_CALL,
    "allocation.visit": ORGANISER_OF_CALL,
    "allocation.cancel": ORGANISER_OF_CALL,
    "allocation.choose": ORGANISER_OF_CALL,
    "allocation.again": ORGANISER_OF_CALL,
    "allocation.soften": ORGANISER_OF_CALL,
    "allocation.take_back": ORGANISER_OF_CALL,
    "allocation.by_hand": ORGANISER_OF_CALL,
    "allocation.compare": ORGANISER_OF_CALL,
    "allocation.record": ORGANISER_OF_CALL,
    "commitments.of_call": ORGANISER_OF_CALL,
    "commitments.csv_of_call": ORGANISER_OF_CALL,
    "insight.call": ORGANISER_OF_CALL,
    "insight.call_csv": ORGANISER_OF_CALL,
    "insight.programme": ORGANISER_OF_PROGRAMME,
    "insight.programme_csv": ORGANISER_OF_PROGRAMME,
    "insight.commitments": ORGANISER_OF_PROGRAMME,
    "insight.commitments_csv": ORGANISER_OF_PROGRAMME,
    "places.decide": ORGANISER_OF_CALL,
    "places.undo": ORGANISER_OF_CALL,
    "places.send_answers": ORGANISER_OF_CALL,
    "places.of_call": ORGANISER_OF_CALL,
    "places.mark": ORGANISER_OF_CALL,
    "places.waiting": ORGANISER_OF_CALL,
    "places.withdraw_offer": ORGANISER_OF_CALL,
    "places.cancel": ORGANISER_OF_CALL,
    # Mail
    "mailing.outbox": ORGANISER_OF_PROGRAMME,
    "mailing.approve": ORGANISER_OF_PROGRAMME,
    "mailing.hold_all": ORGANISER_OF_PROGRAMME,
    "mailing.let_all_go": ORGANISER_OF_PROGRAMME,
    "mailing.person": ORGANISER_OF_PROGRAMME,
    "mailing.message": ORGANISER_OF_PROGRAMME,
    "mailing.edit": ORGANISER_OF_PROGRAMME,
    "mailing.act": ORGANISER_OF_PROGRAMME,
    "groups.index": ORGANISER_OF_PROGRAMME,
    "groups.new": ORGANISER_OF_PROGRAMME,
    "groups.edit": ORGANISER_OF_PROGRAMME,
    "groups.show": ORGANISER_OF_PROGRAMME,
    "groups.send": ORGANISER_OF_PROGRAMME,
    "groups.test": ORGANISER_OF_PROGRAMME,
    "groups.discard": ORGANISER_OF_PROGRAMME,
    "groups.file": ORGANISER_OF_PROGRAMME,
    "mailing.reminders": ORGANISER_OF_PROGRAMME,
    "mailing.texts": ORGANISER_OF_PROGRAMME,
    "mailing.words": ORGANISER_OF_PROGRAMME,
    "mailing.reset_words": ORGANISER_OF_PROGRAMME,
    "mailing.unsubscribe": PUBLIC,
    "mailing.metrics": MONITORS,
    # The agenda
    "agenda.edit": AGENDA_EDITORS,
    "agenda.move": AGENDA_EDITORS,
    "agenda.changes": AGENDA_EDITORS,
    "agenda.check": AGENDA_EDITORS,
    "agenda.begin": AGENDA_EDITORS,
    "agenda.suggest": AGENDA_EDITORS,
    "agenda.breakouts": AGENDA_EDITORS,
    "agenda.search": AGENDA_EDITORS,
    "agenda.speakers": AGENDA_EDITORS,
    "agenda.new_speaker": AGENDA_EDITORS,
    "agenda.speaker": AGENDA_EDITORS,
    "agenda.invite_speaker": AGENDA_EDITORS,
    "agenda.remove_speaker": AGENDA_EDITORS,
    "agenda.rooms": AGENDA_EDITORS,
    "agenda.hours": AGENDA_EDITORS,
    "agenda.new_session": AGENDA_EDITORS,
    "agenda.session": AGENDA_EDITORS,
    "agenda.remove_session": AGENDA_EDITORS,
    "agenda.publish": AGENDA_EDITORS,
    "agenda.audience": AGENDA_EDITORS,
    "agenda.attendance": AGENDA_EDITORS,
    "agenda.attendance_csv": AGENDA_EDITORS,
    "agenda.attendance_xlsx": AGENDA_EDITORS,
    "agenda.attending": AGENDA_EDITORS,
    "agenda.running_sheet": AGENDA_EDITORS,
    "agenda.check_in": OWN,
    # Certificates of attendance
    "certificates.look_up": PUBLIC,
    "certificates.verify": PUBLIC,
    "certificates.sheet": PUBLIC,
    "certificates.of_visit": AGENDA_EDITORS,
    "certificates.issue": AGENDA_EDITORS,
    "certificates.withdraw": AGENDA_EDITORS,
    "certificates.anew": AGENDA_EDITORS,
    "certificates.rule": ORGANISER_OF_VISIT,
    "certificates.of_call": ORGANISER_OF_CALL,
    # The survey after a visit
    "survey.answer": PUBLIC,
    "survey.of_visit": AGENDA_EDITORS,
    "survey.visit_csv": AGENDA_EDITORS,
    "survey.open_now": ORGANISER_OF_VISIT,
    "survey.closing": ORGANISER_OF_VISIT,
    "survey.of_programme": ORGANISER_OF_PROGRAMME,
    "survey.programme_csv": ORGANISER_OF_PROGRAMME,
    # Analytical documents
    "library.mine": DOCUMENT_DESK,
    "library.edit": DOCUMENT_READERS,
    "library.save": DOCUMENT_AUTHORS,
    "library.file": DOCUMENT_READERS,
    "library.send_in": DOCUMENT_AUTHORS,
    "library.return_": DOCUMENT_PUBLISHERS,
    "library.publish": DOCUMENT_PUBLISHERS,
    "library.new_edition": DOCUMENT_EDITORS,
    "library.reports": ORGANISER_OF_CALL,
    "library.report": ORGANISER_OF_VISIT,
    "library.name_author": ORGANISER_OF_VISIT,
    "library.release_author": ORGANISER_OF_VISIT,
    "library.set_due": ORGANISER_OF_VISIT,
    "writing.show": DOCUMENT_READERS,
    "writing.preview": DOCUMENT_READERS,
    "printed.preview": DOCUMENT_READERS,
    "writing.begin": DOCUMENT_WRITERS,
    "writing.set_aside": DOCUMENT_WRITERS,
    "writing.sections": DOCUMENT_WRITERS,
    "writing.add": DOCUMENT_WRITERS,
    "writing.section": DOCUMENT_WRITERS,
    "writing.versions": DOCUMENT_READERS,
    "writing.restore": DOCUMENT_WRITERS,
    "writing.remove": DOCUMENT_WRITERS,
    "writing.put_back": DOCUMENT_WRITERS,
    "writing.comment": DOCUMENT_READERS,
    "writing.answer": DOCUMENT_READERS,
    # Roles
    "roles.index": ROLE_GIVERS,
    "roles.grant": ROLE_GIVERS,
    "roles.revoke": ROLE_GIVERS,
    # What is held about people
    "privacy.own": SIGNED_IN,
    "privacy.take": SIGNED_IN,
    "privacy.erase": SIGNED_IN,
    "privacy.erased": PUBLIC,
    "privacy.fields": PUBLIC,
    "privacy.people": OWN,
    "privacy.limits": ORGANISER_OF_CALL,
    "privacy.processing": ORGANISER_OF_PROGRAMME,
    "privacy.processing_csv": ORGANISER_OF_PROGRAMME,
    # The demo
    "demo.style": PUBLIC,
    "demo.mailbox": PUBLIC,
    "demo.message": PUBLIC,
}
