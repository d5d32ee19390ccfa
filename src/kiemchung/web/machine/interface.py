"""Interfaces for programs: `POST /api/check`, and Google's `claims:search` over the reviews that are known here."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from kiemchung.checking import protected
from kiemchung.desk import intake, matching, reading
from kiemchung.desk.errors import RefusedMessageError
from kiemchung.engine.formats.answers import with_reviews
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.formats.strictjson import parse
from kiemchung.engine.links import site_of
from kiemchung.engine.types import Message, Review
from kiemchung.jobs import clock
from kiemchung.web.limits import Rate, limited
from kiemchung.web.machine.refusals import refusal
from kiemchung.web.templatetags.ratings import in_words

LANGUAGES = ("vi", "en")
_MOST = 100  # reviews looked at for one search
MOST_AT_ONCE = 100
MOST_PASSED_OVER = 1_000_000_000
MOST_DAYS = 36_500
_MOST_SIFTED = 300  # of which a language, a site or a date takes some
_CHECK = Rate(burst=60, every_s=0.2)
_SEARCH = Rate(burst=60, every_s=0.5)


@csrf_exempt  # no cookie is read here: there is nothing to forge
@limited("api_check", _CHECK)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Answer a message as `kiemchung check --json` does. With `"ask": true` it is stored, and `ticket` follows it."""
    said = _object(request)
    if said is None:
        return refusal(400, 'The body is not a JSON object with a text. Send {"text": "…"} as application/json.')
    lang = said.get("lang", "vi")
    if not isinstance(said.get("text"), str) or lang not in LANGUAGES or not isinstance(said.get("ask", False), bool):
        return refusal(400, '`text` is a string, `lang` is "vi" or "en", `ask` is true or false.')
    try:
        text = intake.readable(said["text"])
        ticket = intake.ask(text, channel="api", ref=secrets.token_urlsafe(24)).ticket if said.get("ask") else None
    except RefusedMessageError as error:
        return refusal(400, error.text(lang))
    ((answer, reviews),) = matching.indexes().answers([Message(text)])
    organisations = {one.id: one for one in protected().organisations} if answer.lookalikes or answer.official else {}
    said = {ref: replace(one, rating=in_words(one.rating, one.lang)) for ref, one in reviews.items()}
    return JsonResponse(with_reviews(answer, said, lang, organisations) | {"ticket": ticket})


def _object(request: HttpRequest) -> dict[str, Any] | None:
    if request.content_type != "application/json":
        return None
    try:
        said = parse(request.body)
    except RefusalError:  # no JSON, or such as two readers understand differently: a key twice, half a character
        return None
    return said if isinstance(said, dict) else None


@dataclass(frozen=True)
class _Search:
    query: str
    site: str
    language: str
    since: date | None
    size: int
    start: int


class _WrongParameterError(Exception):
    """A parameter that cannot be used, and what is expected in its place."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"`{name}` is wrong or missing. Expected: {expected}.")


@limited("claims_search", _SEARCH, methods=("GET",))
@require_safe
def claims_search(request: HttpRequest) -> HttpResponse:
    """Answer as `claims:search` of the Fact Check Tools API does, from the reviews of all publishers known here."""
    try:
        asked = _search(request)
    except _WrongParameterError as error:
        return refusal(400, str(error))
    kept = (review for review in _found(asked) if _is_wanted(review, asked))
    page = list(islice(kept, asked.start, asked.start + asked.size + 1))
    shown = page[: asked.size]
    answer: dict[str, Any] = {"claims": [_claim(review) for review in shown]} if shown else {}
    if len(page) > asked.size:
        answer["nextPageToken"] = str(asked.start + asked.size)
    return JsonResponse(answer)


def _found(asked: _Search) -> Iterable[Review]:
    """Give the reviews that may be wanted, best or newest first."""
    if asked.query:
        most = _MOST_SIFTED if asked.site or asked.language or asked.since else _MOST
        return [review for review, _ in reading.search(asked.query, most=most)]
    since = asked.since.isoformat() if asked.since else ""
    return reading.latest_of_site(asked.site, language=_main(asked.language), since=since)


def _main(language: str) -> str:
    return language.partition("-")[0].casefold()


def _search(request: HttpRequest) -> _Search:
    """Return what is searched. Raises `_WrongParameterError`, which names the parameter and what is expected."""
    given = request.GET
    for name in ("query", "languageCode", "reviewPublisherSiteFilter"):
        if "\0" in given.get(name, ""):
            raise _WrongParameterError(name, "text without NUL characters")
    size = _number(given, "pageSize", least=1, most=MOST_AT_ONCE) or 10
    age = _number(given, "maxAgeDays", most=MOST_DAYS)
    token, offset = (_number(given, name, most=MOST_PASSED_OVER) for name in ("pageToken", "offset"))
    if given.get("pageToken") and given.get("offset"):
        raise _WrongParameterError("offset", "nothing where `pageToken` is given: it says where to go on")
    query, site = given.get("query", "").strip(), given.get("reviewPublisherSiteFilter", "").strip()
    if not (query or site):
        raise _WrongParameterError("query", "words to search for, unless `reviewPublisherSiteFilter` names a site")
    since = clock.now().date() - timedelta(days=age) if age else None
    site = site.casefold().removeprefix("www.")
    return _Search(query, site, given.get("languageCode", ""), since, size, token or offset)


def _number(given: Mapping[str, str], name: str, *, least: int = 0, most: int) -> int:
    """Return a whole number among the parameters; 0 where it is not given."""
    text = given.get(name, "").strip()
    if not text:
        return 0
    # Not `int` alone, which takes `1_0` and the digits of other scripts, and has a limit of its own.
    if not re.fullmatch(r"[0-9]{1,18}", text) or not least <= int(text) <= most:
        raise _WrongParameterError(name, f"a whole number from {least} to {most}")
    return int(text)


def _is_wanted(review: Review, asked: _Search) -> bool:
    language = _main(asked.language)
    is_recent = asked.since is None or review.date[:10] >= asked.since.isoformat()
    is_of_site = not asked.site or asked.site in (site_of(review.url), site_of(review.publisher_url))
    return is_recent and is_of_site and (not language or _main(review.lang) == language)


def _claim(review: Review) -> dict[str, Any]:
    publisher = {"name": review.publisher, "site": site_of(review.publisher_url) or site_of(review.url)}
    published = {
        "publisher": _given(publisher),
        "url": review.url,
        "title": review.title,
        "reviewDate": f"{review.date[:10]}T00:00:00Z" if review.date else "",
        "textualRating": in_words(review.rating, review.lang).published,
        "languageCode": review.lang,
    }
    return {"text": review.claim, "claimReview": [_given(published)]}


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
