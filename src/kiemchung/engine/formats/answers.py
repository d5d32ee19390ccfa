"""Answers as JSON: the stable form that other programs read (docs/library.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kiemchung.engine.claims.reasons import sentence
from kiemchung.engine.types import Answer, Lookalike, Match, Organisation, Review


def line_of(data: Mapping[str, Any]) -> str:
    """Return JSON on one line; lone surrogates are escaped, so that any stream can carry it."""
    text = json.dumps(data, ensure_ascii=False)
    return text if text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text) else json.dumps(data)


def rounded(value: float) -> float:
    """Return a probability with nine significant digits: more is noise, fewer makes ties.

    >>> rounded(0.12345678901234)
    0.123456789
    """
    return float(f"{value:.9g}") if value else 0.0


def _match(match: Match, lang: str) -> dict[str, Any]:
    return {
        "rank": match.rank,
        "score": rounded(match.score),
        "probability": rounded(match.probability),
        "reasons": [{"code": r.code, "values": list(r.values), "text": sentence(r, lang)} for r in match.reasons],
    }


def with_ids(answer: Answer, lang: str) -> dict[str, Any]:
    """Return an answer with the ids of its reviews, as `match --format jsonl` prints it."""
    matches = [{"id": match.review_id} | _match(match, lang) for match in answer.matches]
    return {"id": answer.message_id, "outcome": answer.outcome.value, "matches": matches}


def with_reviews(
    answer: Answer, reviews: Mapping[str, Review], lang: str, organisations: Mapping[str, Organisation] | None = None
) -> dict[str, Any]:
    """Return an answer with the reviews themselves, as `check --json` prints it."""
    matches = [{"review": review_data(reviews[match.review_id])} | _match(match, lang) for match in answer.matches]
    return {"outcome": answer.outcome.value, "matches": matches} | _links(answer, lang, organisations or {})


def unsearched(answer: Answer, lang: str, organisations: Mapping[str, Organisation]) -> dict[str, Any]:
    """Return what is known of a message's links where no collection could be searched: `outcome` is null."""
    return {"outcome": None, "matches": []} | _links(answer, lang, organisations)


def _links(answer: Answer, lang: str, organisations: Mapping[str, Organisation]) -> dict[str, Any]:
    return {
        "lookalikes": [_lookalike(one, organisations.get(one.organisation_id), lang) for one in answer.lookalikes],
        "official": [_lookalike(one, organisations.get(one.organisation_id), lang) for one in answer.official],
    }


def _lookalike(one: Lookalike, organisation: Organisation | None, lang: str) -> dict[str, Any]:
    from kiemchung.engine.lookalikes.reasons import lookalike_sentence  # there is one: its engine is loaded already

    named = {"id": one.organisation_id, "name": "", "domains": []}
    if organisation:
        named |= {"name": organisation.display or organisation.name, "domains": list(organisation.domains)}
    reasons = [{"code": r.code, "values": list(r.values), "text": lookalike_sentence(r, lang)} for r in one.reasons]
    return {
        "name": one.name,
        "kind": one.kind,
        "organisation": named,
        "probability": rounded(one.probability),
        "reasons": reasons,
    }


def review_data(review: Review) -> dict[str, Any]:
    """Return what is told about a review."""
    return {
        "id": review.id,
        "url": review.url,
        "claim": review.claim,
        "title": review.title,
        "rating": {"published": review.rating.published, "mapped": review.rating.mapped},
        "publisher": review.publisher,
        "publisher_url": review.publisher_url,
        "date": review.date,
        "lang": review.lang,
    }
