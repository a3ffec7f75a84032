"""Forms of certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from peer_visits.followup.certificates.models import CertificateRule
from peer_visits.web.forms import Form, line, text, whole


class RuleForm(Form):
    """What the certificates of a visit ask for."""

    share = whole(
        _l("How much of the visit somebody has to attend"),
        1,
        100,
        description=_l("In per cent of the time of all sessions at which attendance was noted."),
    )
    is_automatic = BooleanField(_l("Send certificates by themselves, three days after the last session"))
    for_whole_call = BooleanField(_l("The same for all visits of this call"))


class WithdrawForm(Form):
    """Why a certificate is taken back."""

    reason = text(
        _l("Why it is withdrawn"),
        limit=500,
        description=_l("Its holder reads this in a mail. Nobody else does."),
    )


class IssueForm(Form):
    """One step, nothing typed."""


class CodeForm(Form):
    """The code of a certificate, looked up by whoever was shown one."""

    class Meta:
        """Asked by GET, so that the answer has an address; it changes nothing."""

        csrf = False

    code = line(
        _l("Code of the certificate"),
        limit=40,
        description=_l(
            "Sixteen letters and digits at the foot of the certificate. Dashes and case do not matter."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def rule_form(rule: CertificateRule) -> RuleForm:
    """The form, filled with what counts now."""
    return RuleForm(data={"share": rule.share, "is_automatic": rule.is_automatic})
