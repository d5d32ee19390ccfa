"""The statement of reasons in every public line about a verdict, a refusal or a decision (R19, R24).

The line has its facts and its ground; here is said how much of it a machine decided, and what can be done about it.
"""

from __future__ import annotations

from enum import StrEnum


class Automation(StrEnum):
    """How much of a step a machine did. No verdict, refusal or decision is a machine's alone: there is no third."""

    NOT = "not_automated"
    PARTLY = "partially_automated"


def about_review(slug: str) -> dict[str, str]:
    """Return what a line about a review says: people decided, and anybody may ask for a correction or dispute it.

    >>> about_review("an-me")["redress"]
    '/kiem-chung/an-me/yeu-cau'
    """
    return {"automation": Automation.NOT, "redress": f"/kiem-chung/{slug}/yeu-cau"}


def about_claims() -> dict[str, str]:
    """Return what a line about claims that are not checked says: people decided, and the desk can be told otherwise."""
    return {"automation": Automation.NOT, "redress": "/trang/contact"}
