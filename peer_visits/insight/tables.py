"""Figures as tables: the same rows for the pictures, the page and the file."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from peer_visits.accounts.forms import KINDS
from peer_visits.accounts.models import OrganisationKind
from peer_visits.insight.queries import CallFigures
from peer_visits.insight.rules import largest_first
from peer_visits.places.states import PlaceState
from peer_visits.web.formats import country, ordinal
from peer_visits.web.series import Series


def series_of_call(figures: CallFigures) -> list[Series]:
    """Every picture of one call."""
    unknown = _("not said")
    return [
        Series(
            _("What became of the offers"),
            _("State"),
            (_("Places"),),
            tuple((_state(state), (figures.places[state],)) for state in PlaceState if figures.places[state]),
        ),
        Series(
            _("Wishes that came true"),
            _("Choice"),
            (_("Accepted places"),),
            tuple(
                (_("%(rank)s choice", rank=ordinal(rank)) if rank else _("no choice of theirs"), (number,))
                for rank, number in sorted(figures.ranks.items())
            ),
        ),
        Series(
            _("Countries"),
            _("Country"),
            (_("Applicants"), _("Accepted places")),
            tuple(
                (country(code) if code else unknown, (number, figures.placed_countries[code]))
                for code, number in largest_first(figures.countries)
            ),
        ),
        Series(
            _("Kinds of organisation"),
            _("Kind"),
            (_("Applicants"), _("Accepted places")),
            tuple(
                (_kind(code) if code else unknown, (number, figures.placed_kinds[code]))
                for code, number in largest_first(figures.kinds)
            ),
        ),
    ]


def series_over_calls(figures: Sequence[CallFigures]) -> list[Series]:
    """Calls side by side, the oldest first."""
    return [
        Series(
            _("Applicants and places"),
            _("Call"),
            (_("Applicants"), _("Places"), _("Accepted places")),
            tuple(
                (one.call.title, (one.applicants, one.capacity, one.accepted))
                for one in figures
                if one.is_counted
            ),
        ),
        Series(
            _("Offers accepted, of a hundred that were settled"),
            _("Call"),
            (_("Acceptance"),),
            tuple((one.call.title, (one.acceptance,)) for one in figures if one.acceptance is not None),
        ),
    ]


def _kind(code: str) -> str:
    return str(dict(KINDS).get(OrganisationKind(code), code))


def _state(state: PlaceState) -> str:
    words = {
        PlaceState.OFFERED: _("Offered, no answer yet"),
        PlaceState.ACCEPTED: _("Accepted"),
        PlaceState.DECLINED: _("Declined"),
        PlaceState.LAPSED: _("Lapsed"),
        PlaceState.WITHDRAWN: _("Withdrawn"),
        PlaceState.CANCELLED: _("Cancelled"),
    }
    return str(words.get(state, state.value))
