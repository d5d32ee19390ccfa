"""How a rating is shown: a drawing, a word and a colour, so that none of them has to be enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import override, pgettext_lazy

from kiemchung.engine.types import Rating

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """The word of a rating and the path of its drawing; its colour is in the style sheet, by the rating's own name."""

    word: str | Promise
    path: str

    @property
    def drawing(self) -> SafeString:
        """The path as SVG."""
        return SafeString(f'<path class="line" d="{self.path}"/>')


RATINGS = {
    "true": Shown(pgettext_lazy("rating", "True"), "M3 8.500l3.3 3.500L13 4.5"),
    "mostly_true": Shown(pgettext_lazy("rating", "Mostly true"), "M2 7.500l2.8 3L10 4.500M9 12.500h5"),
    "mixed": Shown(pgettext_lazy("rating", "Mixed"), "M3 5.500h10M3 10.500h5"),
    "missing_context": Shown(
        pgettext_lazy("rating", "Missing context"), "M5 3H3v10h2M11 3h2v10h-2M8 7.900v.200M8 8h.010"
    ),
    "false": Shown(pgettext_lazy("rating", "False"), "M4 4l8 8M12 4l-8 8"),
    "scam": Shown(pgettext_lazy("rating", "Scam"), "M8 2.500L14.5 13.500h-13zM8 7v3M8 11.800v.1"),
    "satire": Shown(pgettext_lazy("rating", "Satire"), "M3 8.500c1.5 5 8.5 5 10 0M5 4.500v1M11 4.500v1"),
    "unproven": Shown(
        pgettext_lazy("rating", "Unproven"), "M5.5 6a2.5 2.5 0 1 1 3.7 2.200C8.3 8.7 8 9.2 8 10M8 12.900v.1"
    ),
}
WITHDRAWN = Shown(pgettext_lazy("rating", "Withdrawn"), "M3 8h10")  # no rating: what stands in its place


@register.filter
def rating_shown(rating: str) -> Shown:
    """Return what stands for one of the eight ratings."""
    return RATINGS[rating]


@register.filter
def says_the_same(rating: Rating) -> bool:
    """Whether a publisher's own word for a rating is ours, in the page's language: it is not shown twice."""
    shown = RATINGS.get(rating.mapped.value) if rating.mapped else None
    return shown is not None and rating.published.strip().casefold() == str(shown.word).casefold()


def rating_word(rating: str, lang: str) -> str:
    """Return the word for one of the eight ratings in a language, Vietnamese or English."""
    with override("vi" if lang.startswith("vi") else "en"):
        return str(RATINGS[rating].word)


def in_words(rating: Rating, lang: str) -> Rating:
    """Return a rating as its publisher says it: the desk's own are stored without words, and said in the review's."""
    if rating.basis != "given" or rating.mapped is None or rating.published != rating.mapped.value:
        return rating
    return replace(rating, published=rating_word(rating.mapped.value, lang))
