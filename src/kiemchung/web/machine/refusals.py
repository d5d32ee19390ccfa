"""Refusals that programs read: JSON, in the shape that the OpenAPI description names."""

from __future__ import annotations

from django.http import JsonResponse

# What the description holds (description.py), as paths: these answer before a view is known.
DESCRIBED = ("/api/check", "/v1alpha1/claims:search", "/oembed", "/sai-so.json")
_STATUS = {400: "INVALID_ARGUMENT", 408: "DEADLINE_EXCEEDED", 413: "INVALID_ARGUMENT"}


def is_described(path: str) -> bool:
    """Whether programs ask at `path`, as the OpenAPI description says."""
    return path in DESCRIBED


def refusal(code: int, words: str) -> JsonResponse:
    """Return the answer to a request that is not understood (400), came too slowly (408) or is too large (413)."""
    return JsonResponse({"error": {"code": code, "message": words, "status": _STATUS[code]}}, status=code)
