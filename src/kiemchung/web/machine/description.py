"""The OpenAPI description of what programs may ask; tests ask everything in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from kiemchung.desk import intake
from kiemchung.version import VERSION
from kiemchung.web.machine import interface

_TEXT = {"type": "string"}
_INTEGER = {"type": "integer"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


_REASON = _object(("code", "values", "text"), code=_TEXT, values=_list(_TEXT), text=_TEXT)
_REVIEW = _object(
    ("id", "url", "claim", "title", "rating", "publisher", "publisher_url", "date", "lang"),
    **dict.fromkeys(("id", "url", "claim", "title", "publisher", "publisher_url", "date", "lang"), _TEXT),
    rating=_object(("published", "mapped"), published=_TEXT, mapped={"type": ["string", "null"]}),
)
_MATCH = _object(
    ("review", "rank", "score", "probability", "reasons"),
    review=_REVIEW,
    rank={"type": "integer", "minimum": 1},
    score={"type": "number"},
    probability=_SHARE,
    reasons=_list(_REASON),
)
_LOOKALIKE = _object(
    ("name", "kind", "organisation", "probability", "reasons"),
    name=_TEXT,
    kind=_TEXT,
    organisation=_object(("id", "name", "domains"), id=_TEXT, name=_TEXT, domains=_list(_TEXT)),
    probability=_SHARE,
    reasons=_list(_REASON),
)
_CHECKED = _object(
    ("outcome", "matches", "lookalikes", "official", "ticket"),
    outcome={"enum": ["answer", "suggest", "none"]},
    matches=_list(_MATCH),
    lookalikes=_list(_LOOKALIKE),
    official=_list(_LOOKALIKE),
    ticket={"type": ["string", "null"]},
)
_ERROR = _object(
    ("error",), error=_object(("code", "message", "status"), code={"type": "integer"}, message=_TEXT, status=_TEXT)
)
_CLAIM_REVIEW = _object(
    (),
    publisher=_object((), name=_TEXT, site=_TEXT),
    **dict.fromkeys(("url", "title", "reviewDate", "textualRating", "languageCode"), _TEXT),
)
_FOUND = _object(
    (),
    claims=_list(_object(("text", "claimReview"), text=_TEXT, claimReview=_list(_CLAIM_REVIEW))),
    nextPageToken=_TEXT,
)
_ASKED = _object(
    ("text",),
    text=_TEXT | {"minLength": 1, "maxLength": intake.LONGEST},
    lang={"enum": ["vi", "en"]},
    ask={"type": "boolean", "description": "Store the message, so that the desk sees it and a ticket follows it."},
)


_FIGURE = _object(
    ("id", "kind", "count", "of", "share", "low", "high", "document", "command", "commit"),
    kind={"enum": ["error", "found"]},
    count={"type": ["integer", "null"]},
    of={"type": ["integer", "null"]},
    **dict.fromkeys(("share", "low", "high"), _SHARE),
    **dict.fromkeys(("id", "document", "command", "commit"), _TEXT),
)
_LIMITS = ("wrong_answers", "answer_from", "suggest_from", "warn_of_address_from", "warn_of_name_from")
_ERROR_RATES = _object(
    ("running_version", "measured_version", "limits", "figures"),
    running_version=_TEXT,
    measured_version=_TEXT,
    limits=_object((*_LIMITS, "has_encoder"), **dict.fromkeys(_LIMITS, _SHARE), has_encoder={"type": "boolean"}),
    figures=_list(_FIGURE),
)
_NAMES = ("version", "type", "title", "provider_name", "provider_url", "html")
_SIZES = ("width", "height", "cache_age")
_FRAME = _object((*_NAMES, *_SIZES), **dict.fromkeys(_NAMES, _TEXT), **dict.fromkeys(_SIZES, _INTEGER))


_UNAVAILABLE = {
    "503": {
        "description": "Overloaded, or the database does not answer; Retry-After says when",
        "content": {"text/plain": {}, "text/html": {}},
    }
}


def _refused(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": _ERROR}}}


_TOO_MANY = {
    "429": _refused("Too many requests; Retry-After says when")
    | {"headers": {"Retry-After": {"required": True, "schema": _INTEGER, "description": "Seconds to wait"}}}
}
_BY_THE_DOOR = _UNAVAILABLE | {
    "408": _refused("The request was not whole after two minutes; the connection is closed"),
    "413": _refused("The body has more than 1 MB"),
}


def _answers(schema: dict[str, Any]) -> dict[str, Any]:
    return _BY_THE_DOOR | {
        "200": {"description": "Done", "content": {"application/json": {"schema": schema}}},
        "400": _refused("Not understood"),
    }


def _asked_for(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


_NUMBER = {"type": "integer", "minimum": 0}
_PARAMETERS = [
    *(_asked_for(name, _TEXT) for name in ("query", "languageCode", "reviewPublisherSiteFilter", "pageToken")),
    _asked_for("maxAgeDays", _NUMBER | {"maximum": interface.MOST_DAYS}),
    _asked_for("pageSize", {"type": "integer", "minimum": 1, "maximum": interface.MOST_AT_ONCE, "default": 10}),
    _asked_for("offset", _NUMBER | {"maximum": interface.MOST_PASSED_OVER}),
]


def described() -> dict[str, Any]:
    """Return the description."""
    body = {"required": True, "content": {"application/json": {"schema": _ASKED}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": settings.DESK_NAME, "version": VERSION, "license": {"name": "Apache-2.0"}},
        "paths": {
            "/api/check": {
                "post": {
                    "operationId": "check",
                    "summary": "The published review that answers a message, or whom its links imitate",
                    "requestBody": body,
                    "responses": _answers(_CHECKED) | _TOO_MANY,
                }
            },
            "/v1alpha1/claims:search": {
                "get": {
                    "operationId": "claimsSearch",
                    "summary": "Search as in the Fact Check Tools API",
                    "parameters": _PARAMETERS,
                    "responses": _answers(_FOUND) | _TOO_MANY,
                }
            },
            "/oembed": {
                "get": {
                    "operationId": "oembed",
                    "summary": "The frame of a review for other sites, as in oEmbed 1.0",
                    "parameters": [_asked_for(name, _TEXT) for name in ("url", "format", "maxwidth")],
                    "responses": _BY_THE_DOOR
                    | {
                        "200": _answers(_FRAME)["200"],
                        "404": {"description": "Not the address of a review here", "content": {"text/plain": {}}},
                        "400": {"description": "Another format than json", "content": {"text/plain": {}}},
                    },
                }
            },
            "/sai-so.json": {
                "get": {
                    "operationId": "errorRates",
                    "summary": "How often the running version was wrong when it was measured; the limits of this site",
                    "responses": _BY_THE_DOOR | {"200": _answers(_ERROR_RATES)["200"]},
                }
            },
        },
    }


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Answer with the description."""
    return JsonResponse(described())
