"""`kiemchung check FILE` of a picture, sound or video: what is known about it, as a card or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiemchung.checking import protected
from kiemchung.cli.media_rows import match_data, times, turned
from kiemchung.cli.showing_media import file_data
from kiemchung.cli.terminal import Cards, chance, safe
from kiemchung.cli.words import say
from kiemchung.collection.media import Found
from kiemchung.decoding import describe as sentences
from kiemchung.decoding import reader_missing
from kiemchung.engine.formats.answers import line_of, unsearched, with_reviews
from kiemchung.engine.media.reading import has_words
from kiemchung.engine.media.types import MediaKind
from kiemchung.engine.types import Organisation, Outcome
from kiemchung.examining import Examined, Examiner


def show_media(
    examiner: Examiner, name: str, cards: Cards, *, limit: float, top: int, as_json: bool, is_searched: bool = True
) -> bool:
    """Examine a file and print what is known; return whether anything was found.

    Without `is_searched` there were no reviews to be searched.
    """
    lang = cards.lang
    examined = examiner.examine(Path(name), name=name, limit=limit, top=top)
    answer = examined.answer
    organisations = _named(examined)
    if as_json:
        data = (
            with_reviews(answer, examined.reviews, lang, organisations)
            if is_searched
            else unsearched(answer, lang, organisations)
        )
        print(line_of(data | {"media": media_data(name, examined, lang)}))
    else:
        shown = " · ".join(filter(None, (name, examined.text)))
        if is_searched:
            cards.show(shown, answer, dict(examined.reviews), organisations)
        else:
            cards.about_links(shown, answer, organisations)
        cards.about_file(_told(examined, lang))
    return answer.outcome is not Outcome.NONE or bool(answer.lookalikes) or bool(examined.found)


def media_data(name: str, examined: Examined, lang: str) -> dict[str, Any]:
    """Return what is told about a file beside the answer."""
    lines, transcript = examined.lines, examined.transcript
    return {
        "file": name,
        **file_data(examined.decoded, lang),
        "references": [_reference(one) for one in examined.found],
        "text": examined.text,
        "lines": None
        if lines is None
        else [{"text": one.text, "region": one.region, "confidence": round(one.confidence, 3)} for one in lines],
        "speech_error": examined.speech_error.text(lang) if examined.speech_error else None,
        "speech": None
        if transcript is None
        else {
            "text": transcript.text,
            "lang": transcript.language,
            "parts": [{"text": one.text, "start_s": one.start_s, "end_s": one.end_s} for one in transcript.parts],
        },
    }


def _reference(one: Found) -> dict[str, Any]:
    return {"id": one.reference.id, "name": one.reference.name, "reviews": list(one.reference.reviews)} | match_data(
        one.match
    )


def _told(examined: Examined, lang: str) -> list[tuple[str, str]]:
    """Return what is told below the card: label and text of each paragraph."""
    told = []
    for one in examined.found:
        # Points of a picture say nothing to a reader: `--json` has them, `media match --picture` draws them.
        text = f"{one.reference.name} ({one.reference.id})  {chance(one.match.probability)}"
        told.append(
            (say("found_in_file", lang), "  ".join(filter(None, (text, times(one.match), turned(one.match, lang)))))
        )
    if examined.transcript is not None:
        told.append((say("heard", lang), examined.transcript.text or "–"))
    elif examined.decoded.kind is not MediaKind.PICTURE:
        told.append(("", examined.speech_error.text(lang) if examined.speech_error else say("not_heard", lang)))
    if examined.lines is None and examined.decoded.kind is not MediaKind.SOUND:
        told.append(("", reader_missing().text(lang)))
    elif examined.answer.outcome is not Outcome.ANSWER and _is_unread(examined):
        told.append(("", say("nothing_read", lang)))
    told += [("", sentence) for sentence in sentences(examined.facts, lang)]
    return [(label, safe(text)) for label, text in told]


def _is_unread(examined: Examined) -> bool:
    return examined.decoded.kind is MediaKind.PICTURE and not has_words(examined.lines or ())


def _other_review(one: Found, examined: Examined) -> str:
    """Return the rating and claim of a reference's review where the answer above is another one."""
    first = next(iter(examined.answer.matches), None)
    there = [examined.reviews[id_] for id_ in one.reference.reviews if id_ in examined.reviews]
    if not there or first is None or first.review_id in one.reference.reviews:
        return ""
    return f"→ {there[0].rating.published or '–'}: {there[0].claim}"


def _named(examined: Examined) -> dict[str, Organisation]:
    is_any = examined.answer.lookalikes or examined.answer.official
    return {one.id: one for one in protected().organisations} if is_any else {}
