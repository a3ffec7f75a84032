"""How sure a visit's dates are, how it is held, and who acts for its host."""

from __future__ import annotations

from enum import StrEnum


class DatesCertainty(StrEnum):
    """What the sources let us say about a visit's dates."""

    CONFIRMED = "confirmed"
    ANNOUNCED = "announced"
    CONFLICT = "conflict"
    MONTH_ONLY = "month_only"


class VisitFormat(StrEnum):
    """How a visit is held."""

    ONLINE = "online"
    ONSITE = "onsite"
    HYBRID = "hybrid"


class HostKind(StrEnum):
    """What kind of body or territory hosts."""

    UNKNOWN = "unknown"
    CITY = "city"
    REGION = "region"
    PARK = "park"
    INSTITUTION = "institution"
    ASSOCIATION = "association"


class HostRole(StrEnum):
    """What a member of a host team may do: a lead hands the shortlist over, a reviewer reads and scores.

    An expert comes from outside: reads and scores like a reviewer, and has no part in the visit itself.
    """

    LEAD = "lead"
    REVIEWER = "reviewer"
    EXPERT = "expert"
