"""Answers drawn for a terminal: a card a person reads in five seconds."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TextIO

from kiemchung.cli.words import rating_name, say
from kiemchung.engine.claims.reasons import rests_on_file, sentence, speaks_against
from kiemchung.engine.types import Answer, Lookalike, Match, Organisation, Outcome, Review

_BOLD, _DIM, _RESET = "\033[1m", "\033[2m", "\033[0m"
_COLOURS = {
    "true": "\033[32m",
    "mostly_true": "\033[32m",
    "mixed": "\033[33m",
    "missing_context": "\033[33m",
    "false": "\033[31m",
    "scam": "\033[31m",
    "satire": "\033[35m",
    "unproven": "\033[34m",
}
# A rating is never colour alone.
_SIGNS = {
    "true": "✔",
    "mostly_true": "✔",
    "mixed": "◐",
    "missing_context": "◐",
    "false": "✘",
    "scam": "⚠",
    "satire": "☺",
    "unproven": "?",
}
_HEADINGS = {Outcome.ANSWER: "answer", Outcome.SUGGEST: "suggest", Outcome.NONE: "none"}
_WIDEST = 96
_INDENT = 2
_DAY = len("2026-03-01")  # a date may come with its time
_RIVAL = 0.2


def visible(text: str) -> str:
    """Return `text` on one line with every character that is not seen, or that steers a terminal, spelt out.

    >>> print(visible("a" + chr(27) + "[31m" + chr(0x202E) + "b"))
    a\\x1b[31m\\u202eb
    """
    return text if text.isprintable() else "".join(c if _is_seen(c) else _spelt(c) for c in text)


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _spelt(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def safe(text: str) -> str:
    """Return `text` fit to print: control characters and lone surrogates shown as a replacement, lines kept.

    >>> safe("a\x1b[31mb")
    'a\ufffd[31mb'
    """
    return "".join(c if _is_harmless(c) else "\ufffd" for c in text.replace("\r\n", "\n"))


def _is_harmless(character: str) -> bool:
    # The joiners belong to emoji and to Indic and Persian words; other format characters can turn a line around.
    return character in "\n\t\u200c\u200d" or _is_seen(character)


def wrapped(text: str) -> str:
    """Return a paragraph cut at the terminal's width between words; as it is where nobody looks."""
    if not sys.stdout.isatty():
        return text
    width = shutil.get_terminal_size((_WIDEST, 24)).columns
    return textwrap.fill(text, width, subsequent_indent=" " * _INDENT, break_on_hyphens=False, drop_whitespace=True)


class Cards:
    """Draws answers on a stream, with colours where the stream is a terminal (and `NO_COLOR` is not set)."""

    def __init__(self, stream: TextIO, lang: str) -> None:
        self._stream = stream
        self.lang = self._lang = lang
        self._colours = stream.isatty() and not os.environ.get("NO_COLOR")
        self._width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST)

    def show(
        self,
        text: str,
        answer: Answer,
        reviews: dict[str, Review],
        organisations: Mapping[str, Organisation] | None = None,
    ) -> None:
        """Draw one message with what is known about it; a warning about its links comes first."""
        self.about_links(text, answer, organisations or {})
        self._line("")
        self._line(self._styled(f"{' ' * _INDENT}{say(_heading(answer), self._lang)}", _BOLD))
        if answer.outcome is Outcome.NONE:
            self._paragraph("", say("none_advice", self._lang), "")
            return
        best = answer.matches[0]
        self._review(best, reviews[best.review_id], answer.outcome)
        # The second best is shown only where a person has to choose, and only when it is a real rival.
        rivals = [match for match in answer.matches[1:3] if match.probability >= _RIVAL * best.probability]
        if answer.outcome is Outcome.SUGGEST and rivals:
            self._line("")
            self._line(f"{' ' * _INDENT}{say('others', self._lang)}:")
            for match in rivals:
                review = reviews[match.review_id]
                self._paragraph("· ", f"{self._rating(review)}  {safe(review.title or review.claim)}", "")

    def about_file(self, told: Sequence[tuple[str, str]]) -> None:
        """Draw what is known about a file, a label (perhaps empty) and a text each."""
        self._line("")
        for label, text in told:
            self._paragraph(f"{label}: " if label else "", text, _DIM)

    def about_links(self, text: str, answer: Answer, organisations: Mapping[str, Organisation]) -> None:
        """Draw one message with what is known about its links: warnings, then whose own they are."""
        self._line(self._styled("─" * self._width, _DIM))
        shown = textwrap.shorten(safe(text), 3 * self._width, placeholder=" …")
        self._paragraph(f"{say('message', self._lang)}: ", shown, _DIM)
        for one in answer.lookalikes:
            self._warning(one, organisations.get(one.organisation_id))
        for one in answer.official:
            name = _shown_name(one, organisations.get(one.organisation_id))
            self._line("")
            self._paragraph("", say("own_domain", self._lang, name=visible(one.name), organisation=name), _DIM)

    def _warning(self, one: Lookalike, organisation: Organisation | None) -> None:
        from kiemchung.engine.lookalikes.reasons import lookalike_sentence  # there is one: its engine is loaded already

        name = _shown_name(one, organisation)
        warned = say("imitates", self._lang, name=visible(one.name), organisation=name)
        self._line("")
        self._paragraph("", f"⚠ {warned}", "\033[31m" + _BOLD)
        why = "; ".join(lookalike_sentence(reason, self._lang) for reason in one.reasons)
        self._paragraph(f"{say('why', self._lang)}: ", safe(why), "")
        if organisation and organisation.domains:
            label = say("officials" if len(organisation.domains) > 1 else "official", self._lang)
            self._paragraph(f"{label}: ", safe(", ".join(organisation.domains)), "")
        self._paragraph(f"{say('imitation_chance', self._lang)}: ", chance(one.probability), _DIM)

    def _review(self, match: Match, review: Review, outcome: Outcome) -> None:
        lang = self._lang
        self._line("")
        self._paragraph("", self._rating(review), self._colour(review) + _BOLD if self._colours else "")
        self._paragraph("", safe(review.title or review.claim), _BOLD)
        if review.title:
            self._paragraph(f"{say('claim', lang)}: ", safe(review.claim), "")
        if review.body:
            self._paragraph("", textwrap.shorten(safe(review.body), 400, placeholder=" …"), "")
        home = say("home_page", lang, url=review.publisher_url) if review.publisher_url else ""
        origin = " · ".join(filter(None, (review.publisher, review.date[:_DAY], review.url or home)))
        if origin:
            self._paragraph(f"{say('source', lang)}: ", safe(origin), _DIM)
        self._reasons(match, outcome)
        if not _differs(match):  # "99 %" beside "another number" would say yes and no at once
            by_file = any(map(rests_on_file, match.reasons))
            label = say("file_probability" if by_file else "probability", lang)
            self._paragraph(f"{label}: ", chance(match.probability), _DIM)
            if by_file:
                self._paragraph("", say("words_beside", lang), _DIM)

    def _reasons(self, match: Match, outcome: Outcome) -> None:
        """Tell what is alike and what differs; where it is not sure, the difference comes first."""
        lines = [("alike", False), ("different", True)]
        for label, against in reversed(lines) if outcome is Outcome.SUGGEST else lines:
            told = [sentence(reason, self._lang) for reason in match.reasons if speaks_against(reason) is against]
            if told:
                self._paragraph(f"{say(label, self._lang)}: ", safe("; ".join(told)), "")

    def _rating(self, review: Review) -> str:
        mapped = review.rating.mapped
        if mapped is None:
            return safe(review.rating.published) or "–"
        words = rating_name(mapped.value, self._lang)
        published = safe(review.rating.published)
        extra = f" ({published})" if published and published.casefold() != words.casefold() else ""
        return f"{_SIGNS[mapped.value]} {words}{extra}"

    def _colour(self, review: Review) -> str:
        return _COLOURS[review.rating.mapped.value] if review.rating.mapped else ""

    def _paragraph(self, label: str, text: str, style: str) -> None:
        margin = " " * _INDENT
        lines = textwrap.wrap(
            label + text,
            self._width,
            initial_indent=margin,
            subsequent_indent=margin + " " * (2 if label else 0),
            break_long_words=True,
            break_on_hyphens=False,
        )
        for line in lines:
            self._line(self._styled(line, style))

    def _styled(self, text: str, style: str) -> str:
        return f"{style}{text}{_RESET}" if self._colours and style else text

    def _line(self, text: str) -> None:
        self._stream.write(text + "\n")


def _heading(answer: Answer) -> str:
    if answer.outcome is Outcome.SUGGEST and _differs(answer.matches[0]):
        return "differs"
    return _HEADINGS[answer.outcome]


def _differs(match: Match) -> bool:
    """Say whether a reason contradicts the match; few words in common only weaken it."""
    return any(speaks_against(reason) and reason.code != "few_words" for reason in match.reasons)


def _shown_name(one: Lookalike, organisation: Organisation | None) -> str:
    return safe(organisation.display or organisation.name if organisation else one.organisation_id)


def chance(probability: float) -> str:
    """Return a probability in whole per cent, never as certainty.

    >>> chance(0.9996), chance(0.5), chance(0.0001)
    ('99 %', '50 %', '1 %')
    """
    return f"{min(max(round(100 * probability), 1), 99)} %"
