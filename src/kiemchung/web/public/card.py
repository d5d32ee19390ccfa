"""The picture of a review that others show when they share its address."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from kiemchung.desk import publishing, reading
from kiemchung.desk.models import ReviewVersion, VersionKind
from kiemchung.version import VERSION
from kiemchung.web.cards.card import CardWords, card
from kiemchung.web.limits import Rate, limited
from kiemchung.web.templatetags.ratings import RATINGS, WITHDRAWN

# Drawing costs a tenth of a second where it is not kept; those who share ask once.
_DRAWING = Rate(burst=60, every_s=0.5)
_A_FEW_MINUTES = "public, max-age=300"


@limited("card", _DRAWING, methods=("GET",))
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the card of a review's newest version, as PNG; kept by its ETag."""
    versions = reading.versions_of(slug)
    if not versions:
        raise Http404
    words = card_words(versions[0])
    etag = f'"{hashlib.sha256(f"{VERSION} {words}".encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": _A_FEW_MINUTES, "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(card(words), content_type="image/png", headers=headers)


def card_words(version: ReviewVersion) -> CardWords:
    """Return what the card of a version says, in the language of the review."""
    is_withdrawn, is_changed = (version.kind == kind for kind in (VersionKind.WITHDRAWAL, VersionKind.CORRECTION))
    shown = WITHDRAWN if is_withdrawn else RATINGS[version.rating]
    with override("vi" if version.lang.startswith("vi") else "en"):
        day = {"day": date_format(localtime(version.published_at), "SHORT_DATE_FORMAT")}
        if is_withdrawn:
            when = gettext("Withdrawn on %(day)s") % day
        elif is_changed:
            when = gettext("Corrected on %(day)s") % day
        else:
            when = gettext("Published on %(day)s") % day
        return CardWords(
            look="withdrawn" if is_withdrawn else version.rating,
            sign=shown.path,
            verdict=str(shown.word),
            claim=version.claim_reviewed,
            otherwise=gettext("Read the claim on the page of the review"),
            desk=settings.DESK_NAME,
            when=when,
            is_changed=is_withdrawn or is_changed,
            site=urlsplit(settings.SITE.origin).hostname or "",
        )


def card_address(version: ReviewVersion) -> str:
    """Return the card's full address; a new version has a new one, so that no network goes on showing the old card."""
    return f"{publishing.origin()}{reverse('card', args=(version.review.slug,))}?ban={version.number}"


def card_in_words(version: ReviewVersion) -> str:
    """Return what the card shows, for those who do not see it."""
    words = card_words(version)
    return f"{words.verdict}: {words.claim} ({words.desk}, {words.when})"
