"""Refusals that programs read: JSON, in the shape that the OpenAPI description names."""

from __future__ import annotations

from django.http import JsonResponse

# What the description holds (description.py), as paths: these answer before a view is known.
DESCRIBED = ("/api/check", "/v1alpha1/claims:search", "/oembed", "/sai-so.json")
_FOR_PROGRAMS = ("/api/", "/v1alpha1/")  # whatever is asked below, a program asks
_STATUS = {
    400: "INVALID_ARGUMENT",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
}


def is_described(path: str) -> bool:
    """Whether programs ask at `path`, as the OpenAPI description says, or below where its operations are."""
    return path in DESCRIBED or path.startswith(_FOR_PROGRAMS)


def refusal(code: int, words: str) -> JsonResponse:
    """Return the answer to a request that is not understood (400), is for nothing there is (404), came too slowly (408)
    or too often (429), or is too large (413)."""
    return JsonResponse({"error": {"code": code, "message": words, "status": _STATUS[code]}}, status=code)
