"""What came of the commitments of a programme: pictures, their tables, a file."""

from __future__ import annotations

from flask import Response, render_template
from flask_babel import gettext as _

from peer_visits.accounts.current import current_person
from peer_visits.calls.access import get_programme_for_organiser
from peer_visits.calls.models import Programme
from peer_visits.followup.commitments.figures import Figures, States, read_figures
from peer_visits.followup.commitments.rules import ASKS
from peer_visits.followup.commitments.states import ANSWERS, CommitmentState
from peer_visits.followup.commitments.words import REASONS, STATES
from peer_visits.insight.rules import largest_first
from peer_visits.insight.views.blueprint import blueprint
from peer_visits.insight.views.figures import as_file
from peer_visits.storage.transaction import reading
from peer_visits.web.formats import country
from peer_visits.web.moment import request_time
from peer_visits.web.series import Series

ORDER = (*ANSWERS, CommitmentState.PROMISED)


@blueprint.route("/organise/programmes/<slug>/commitments")
def commitments(slug: str) -> str:
    """What came of what people promised themselves, over all visits of a programme."""
    programme, figures = _figures(slug)
    return render_template(
        "insight/commitments.html",
        programme=programme,
        figures=figures,
        calls=list({one.visit.call_id: one.visit.call for one in figures.visits}.values()),
        series=series_of(figures),
    )


@blueprint.get("/organise/programmes/<slug>/commitments.csv")
def commitments_csv(slug: str) -> Response:
    """The tables as a file."""
    _programme, figures = _figures(slug)
    return as_file(series_of(figures), f"{slug}-commitments.csv")


def _figures(slug: str) -> tuple[Programme, Figures]:
    programme = get_programme_for_organiser(reading(), current_person(), slug)
    return programme, read_figures(reading(), programme.id, request_time())


def series_of(figures: Figures) -> list[Series]:
    """Every picture of a programme's commitments; none of what nobody has been asked yet."""
    in_each = tuple(str(STATES[state]) for state in ORDER)
    asked = [months for months in ASKS if figures.at[months].total()]
    return [
        Series(
            _("What came of it, as it stands now"),
            _("State"),
            (_("Commitments"),),
            tuple(
                (str(STATES[state]), (figures.states[state],)) for state in ORDER if figures.states.total()
            ),
        ),
        Series(
            _("How it stood after three and six months"),
            _("State"),
            tuple(_after(months) for months in asked),
            tuple((str(STATES[state]), tuple(figures.at[one][state] for one in asked)) for state in ORDER)
            if asked
            else (),
        ),
        Series(
            _("Why commitments were dropped"),
            _("Reason"),
            (_("Commitments"),),
            tuple((str(REASONS[one]), (number,)) for one, number in figures.reasons.most_common()),
        ),
        Series(
            _("By visit"),
            _("Visit"),
            in_each,
            tuple(
                (f"{one.visit.place} ({one.visit.call.title})", _in_order(one.states))
                for one in figures.visits
                if one.states.total()
            ),
        ),
        Series(
            _("By country of the participants"),
            _("Country"),
            (_("Commitments"), _("Done")),
            tuple(
                (
                    country(code) if code else _("not said"),
                    (number, figures.countries[code][CommitmentState.DONE]),
                )
                for code, number in largest_first(
                    {code: states.total() for code, states in figures.countries.items()}
                )
            ),
        ),
    ]


def _in_order(states: States) -> tuple[int, ...]:
    return tuple(states[state] for state in ORDER)


def _after(months: int) -> str:
    return str({3: _("After 3 months"), 6: _("After 6 months")}[months])
