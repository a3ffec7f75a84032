"""The periodic sweeps: each looks at what is true now, and does what has become due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from peer_visits.accounts.sweeps import remove_expired
from peer_visits.agenda.background import work_off_searches
from peer_visits.agenda.sweeps import take_agendas_back, tell_new_speakers, tell_newcomers
from peer_visits.allocation.background import work_off_runs
from peer_visits.allocation.suggesting.background import work_off_groups
from peer_visits.allocation.sweeps import commit_lotteries
from peer_visits.applications.sweeps import forget_old_answers, remind_of_drafts
from peer_visits.files.sweeps import remove_unknown_files
from peer_visits.followup.certificates.sweeps import issue_due_certificates
from peer_visits.followup.commitments.reminders import ask_for_commitments
from peer_visits.followup.survey.sweeps import close_due_surveys, mail_surveys, open_due_surveys
from peer_visits.followup.thanking.reminders import thank_after_visits
from peer_visits.imports.sweeps import forget_imports
from peer_visits.library.pages import draw_missing_pages
from peer_visits.library.printing.sweeps import keep_files_true
from peer_visits.library.reminders import remind_of_reports
from peer_visits.library.sweeps import index_documents, owe_reports
from peer_visits.outbox.sweeps import hold_slipped, tend_waiting
from peer_visits.places.given_before import read_holdings
from peer_visits.places.sweeps import (
    give_free_places_on,
    lapse_due_offers,
    note_earlier_visits,
    remind_before_visits,
    remind_of_offers,
    tell_late_answers,
)
from peer_visits.privacy.sweeps import forget_old_applications, keep_erased_erased, leave_nothing_in_the_file
from peer_visits.privacy.warning import warn_before_forgetting
from peer_visits.shortlist.reminding import remind_host_teams
from peer_visits.shortlist.sweeps import share_out_new_applications
from peer_visits.storage.transaction import writing

Sweep = Callable[[datetime], int]
Stopping = Callable[[], bool]
LongWork = Callable[[datetime, Stopping], int]


def remove_expired_records(now: datetime) -> int:
    """Remove sessions, links and counted attempts that have ended."""
    with writing() as session:
        return remove_expired(session, now)


SWEEPS: dict[str, Sweep] = {
    "remind of drafts": remind_of_drafts,
    "commit to lotteries": commit_lotteries,
    "remind host teams": remind_host_teams,
    "lapse due offers": lapse_due_offers,
    "give free places on": give_free_places_on,
    "remind of offers": remind_of_offers,
    "remind before visits": remind_before_visits,
    "issue certificates": issue_due_certificates,
    "close surveys": close_due_surveys,
    "open surveys": open_due_surveys,
    # Asks for survey and commitments, so that their own mails need not.
    "thank after visits": thank_after_visits,
    "mail surveys": mail_surveys,
    "owe reports": owe_reports,
    "remind of reports": remind_of_reports,
    # What it makes anew is indexed right after.
    "keep files of reports true": keep_files_true,
    "index documents": index_documents,
    "draw pages": draw_missing_pages,
    "ask for commitments": ask_for_commitments,
    "tell late answers": tell_late_answers,
    "hold what slipped": hold_slipped,
    "look after waiting mail": tend_waiting,
    "note earlier visits together": note_earlier_visits,
    "share out new applications": share_out_new_applications,
    # Before what may send the same sessions anew.
    "take agendas back": take_agendas_back,
    "send agendas to newcomers": tell_newcomers,
    "send agendas to new speakers": tell_new_speakers,
    "remove unknown files": remove_unknown_files,
    "tell before forgetting": warn_before_forgetting,
    "forget old answers": forget_old_answers,
    "forget imports": forget_imports,
    "forget old applications": forget_old_applications,
    "keep the erased erased": keep_erased_erased,
    "remove expired records": remove_expired_records,
    # Last: what the others removed is then out of the file too.
    "leave nothing in the file": leave_nothing_in_the_file,
}


def work_off_allocations(now: datetime, stopping: Stopping) -> int:
    """Work off the allocation runs that wait."""
    return work_off_runs(now, read_holdings=read_holdings, stopping=stopping)


# What may take long: each done beside the mail, the sweeps and each other, every second; ended when the worker ends.
LONG_WORK: dict[str, LongWork] = {
    "work off allocations": work_off_allocations,
    "work off searches": work_off_searches,
    "work off suggested groups": work_off_groups,
}
