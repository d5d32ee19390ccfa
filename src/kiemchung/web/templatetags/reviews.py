"""How reviews, reasons and lookalikes are shown in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from kiemchung.checking import protected
from kiemchung.desk import publishing
from kiemchung.desk.public_files import TakenBack
from kiemchung.engine.claims.reasons import rests_on_file, sentence
from kiemchung.engine.links import site_of
from kiemchung.engine.lookalikes.reasons import lookalike_sentence
from kiemchung.engine.types import Lookalike, Reason

register = template.Library()
_HOUR, _DAY = 3600, 86400


@register.filter
def reason(one: Reason) -> str:
    """Return why two texts are about the same claim, in the page's language."""
    return sentence(one, get_language() or "vi")


@register.filter
def rest_on_file(reasons: Iterable[Reason] | None) -> bool:
    """Whether a picture or recording was recognised, whatever else is alike."""
    return any(map(rests_on_file, reasons or ()))


@register.filter
def lookalike(one: Lookalike) -> list[str]:
    """Return why a name imitates another, in the page's language."""
    return [lookalike_sentence(it, get_language() or "vi") for it in one.reasons]


@register.filter
def imitated(one: Lookalike) -> str:
    """Return the name of the organisation that is imitated."""
    found = next((it for it in protected().organisations if it.id == one.organisation_id), None)
    return found.display or found.name if found else one.organisation_id


@register.filter
def is_an_address(name: str) -> bool:
    """Whether what imitates is a host or a mail's address, and not a text that may be a name."""
    return "." in name and not any(map(str.isspace, name))


@register.filter
def web_address(url: str) -> str:
    """Return an address that a browser may be sent to; "" for anything but http and https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_plain = not any(sign.isspace() or ord(sign) < 32 for sign in url)
    return url if parts.scheme in ("http", "https") and parts.netloc and is_plain else ""


@register.filter
def of_file(taken_back: dict[str, TakenBack] | str, file: dict[str, Any]) -> TakenBack | None:
    """Return when and why the public copy of a version's file was taken back; None for one that was not."""
    public = file.get("public")
    return taken_back.get(public["sha256"]) if public and isinstance(taken_back, dict) else None


@register.filter
def host(url: str) -> str:
    """Return the host of an address, for people to read: names in other scripts in their ASCII form (F31)."""
    return site_of(url)


@register.filter
def host_elsewhere(url: str) -> str:
    """Return the host of another publisher's address; "" for our own, whose name stands beside it."""
    shown = site_of(url)
    return "" if shown == site_of(publishing.origin()) else shown


@register.filter
def ascii_form(name: str) -> str:
    """Return how browsers ask for a host with letters that may look like others (`xn--…`); "" for any other name."""
    if name.isascii() or any(sign.isspace() for sign in name):
        return ""
    form = site_of(name if "://" in name else f"https://{name}")
    return form if form.isascii() and "xn--" in form else ""


@register.filter
def day(text: str) -> str:
    """Return a day that a publisher wrote as ISO 8601, as people write it; what is no day stays as it is."""
    try:
        return date_format(date.fromisoformat(text[:10]), "SHORT_DATE_FORMAT")
    except ValueError:
        return text


@register.filter
def in_words(span: timedelta | None) -> str:
    """Return a span of time in words, to the hour or the day."""
    if span is None:
        return ""
    seconds = span.total_seconds()
    if seconds < 2 * _HOUR:
        return gettext("an hour or two")
    if seconds < 2 * _DAY:
        hours = round(seconds / _HOUR)
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = round(seconds / _DAY)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
