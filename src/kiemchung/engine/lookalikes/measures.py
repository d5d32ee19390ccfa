"""The measures of lookalike detection over labelled names: shares with the counts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiemchung.engine.shares import Share
from kiemchung.engine.types import Lookalike

IMITATION = "imitation"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A name with what is known of it.

    `group` is what it is counted under (`positives_dev`, `popular`, `mention` ...), `label` `imitation` or anything
    else;
    `organisations` are those that are right for an imitation. `is_visible` is false where only a path shows the name;
    `is_counted` is false for names that must not count as false alarms (affiliates, branches, same label).
    """

    name: str
    group: str
    label: str
    organisations: frozenset[str] = frozenset()
    detail: str = ""
    is_visible: bool = True
    is_counted: bool = True


Pair = tuple[Labelled, Lookalike]


def measure_lookalikes(pairs: Sequence[Pair]) -> list[Share]:
    """Return recall, right organisations and false alarms by group, in a fixed order.

    >>> wanted = Labelled("vcb.top", "positives", "imitation", frozenset({"vcb"}))
    >>> found = Lookalike("vcb.top", "host", "vcb", 0.9, (), True)
    >>> [(share.what, share.count, share.total) for share in measure_lookalikes([(wanted, found)])]
    [('recall, positives', 1, 1), ('right organisation, positives', 1, 1)]
    """
    shares = []
    for group in dict.fromkeys(one.group for one, _ in pairs if one.label == IMITATION):
        chosen = [(one, found) for one, found in pairs if one.group == group and one.label == IMITATION]
        shares.append(_flagged(f"recall, {group}", chosen))
        hits = [(one, found) for one, found in chosen if found.is_alert]
        right = sum(found.organisation_id in one.organisations for one, found in hits)
        shares.append(Share(f"right organisation, {group}", right, len(hits)))
        details = sorted({one.detail for one, _ in chosen if one.detail})
        shares += [_flagged(f"recall, {group}, {d}", [p for p in chosen if p[0].detail == d]) for d in details]
    for group in dict.fromkeys(one.group for one, _ in pairs if one.label != IMITATION):
        rest = [(one, found) for one, found in pairs if one.group == group and one.label != IMITATION]
        shares.append(_flagged(f"flagged, {group}", [pair for pair in rest if pair[0].is_counted]))
        apart = [pair for pair in rest if not pair[0].is_counted]
        if apart:
            shares.append(_flagged(f"flagged, {group}, not counted", apart))
    return [share for share in shares if share.total or share.what.startswith("right")]


def _flagged(what: str, pairs: Iterable[Pair]) -> Share:
    listed = list(pairs)
    return Share(what, sum(found.is_alert for _, found in listed), len(listed))


def f1(pairs: Sequence[Pair]) -> float:
    """Return F1 over the names that count: imitations that can be seen in the name, and innocent ones."""
    hits = sum(found.is_alert for one, found in pairs if one.label == IMITATION and one.is_visible)
    missed = sum(not found.is_alert for one, found in pairs if one.label == IMITATION and one.is_visible)
    wrong = sum(found.is_alert for one, found in pairs if one.label != IMITATION and one.is_counted)
    return 2 * hits / (2 * hits + missed + wrong) if hits else 0.0


def calibration_error(pairs: Sequence[Pair], bins: int = 10) -> float:
    """Return the expected calibration error: the mean distance of probability and truth by bin."""
    counted = [(found.probability, one.label == IMITATION) for one, found in pairs if one.is_counted]
    error = 0.0
    for at in range(bins):
        inside = [pair for pair in counted if at <= pair[0] * bins < at + 1 or (at == bins - 1 and pair[0] == 1)]
        if inside:
            probability = sum(p for p, _ in inside) / len(inside)
            truth = sum(right for _, right in inside) / len(inside)
            error += abs(probability - truth) * len(inside) / len(counted)
    return error


def worst(pairs: Sequence[Pair], count: int) -> list[Pair]:
    """Return the most wrong names: innocent ones with a high, imitations with a low probability, alternating."""
    innocent = sorted(
        (p for p in pairs if p[0].label != IMITATION and p[0].is_counted), key=lambda p: -p[1].probability
    )
    guilty = sorted((p for p in pairs if p[0].label == IMITATION and p[0].is_visible), key=lambda p: p[1].probability)
    mixed = [pair for two in zip(innocent, guilty, strict=False) for pair in two]
    return (mixed or [*innocent, *guilty])[:count]
