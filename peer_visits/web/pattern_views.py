"""Patterns by address: public pictures that a cache may keep for good, since their address has a version."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request, url_for
from flask.blueprints import BlueprintSetupState

from peer_visits.web.limits import limiter
from peer_visits.web.pattern_picture import png
from peer_visits.web.patterns import VERSION, Form, svg

blueprint = Blueprint("patterns", __name__)

SHARE_SIZE = (1200, 630)
BAND_SIZE = (1200, 240)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def pattern_url(slug: str, shape: str = "band") -> str:
    """Address of a slug's pattern as SVG; shape is band, hero, spine, square or share."""
    return url_for("patterns.svg", slug=slug, shape=shape, v=VERSION)


@blueprint.record_once
def _share_with_templates(state: BlueprintSetupState) -> None:
    # A global rather than a value of the request: macros see globals only.
    state.app.jinja_env.globals["pattern_url"] = pattern_url


@blueprint.route("/patterns/<slug>.svg", endpoint="svg")
def show_svg(slug: str) -> Response:
    """The pattern that pages embed."""
    try:
        form = Form(request.args.get("shape", Form.BAND))
    except ValueError:
        abort(404)
    return _picture(svg(_checked(slug), form), "image/svg+xml")


@blueprint.route("/share/<slug>.png", endpoint="share")
@limiter.limit("120 per minute")
def show_share(slug: str) -> Response:
    """The picture of a shared link, 1200 x 630; `?shape=band` gives the band of a mail, 1200 x 240."""
    size = BAND_SIZE if request.args.get("shape") == Form.BAND else SHARE_SIZE
    return _picture(png(_checked(slug), *size), "image/png")


def _checked(slug: str) -> str:
    if len(slug) > 120 or not _SLUG.fullmatch(slug):
        abort(404)
    return slug


def _picture(content: str | bytes, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # A picture in somebody's mail or on another site is shown there.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response
