"""What a call made from an earlier one takes over, held against what can be said of a call and of a visit."""

from __future__ import annotations

from flask import Flask

from peer_visits.editor.forms.fields import values_of
from peer_visits.editor.forms.settings import SettingsForm
from peer_visits.editor.forms.visits import VisitForm
from peer_visits.editor.services.cloning import CLONED, CLONED_OF_VISIT


def test_all_but_the_title_and_the_days_is_taken_over(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        settings, visit = values_of(SettingsForm(formdata=None)), values_of(VisitForm(formdata=None))
    own_days = {"opens", "closes", "shortlists_by", "answers_by"}
    assert settings.keys() - set(CLONED) == {"title", *own_days}
    assert visit.keys() - set(CLONED_OF_VISIT) == {"announced_starts_on", "announced_ends_on"}
    assert set(CLONED) <= settings.keys()
    assert set(CLONED_OF_VISIT) <= visit.keys()
