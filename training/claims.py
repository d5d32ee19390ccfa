"""Fits the claim model: `python -m training.claims` (or `make train`).

Ranking is a linear function of the named features, fitted list by list (softmax over the candidates of a question);
calibration is logistic on features, score and lead. Both are held out by review: no figure on the card was measured on
a message whose review the fitted numbers had seen.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from kiemchung.engine.claims.dense import Encoder, SentenceEncoder
from kiemchung.engine.claims.features import FEATURES
from kiemchung.engine.claims.rank import CALIBRATED
from kiemchung.engine.shares import wilson
from training.calibration import HeldOut, fit_calibration, hold_out, limits_of, suggest_of, to_the_mix, tops_of
from training.corpus import Corpus, messages_vi, starter
from training.ranking import RememberingEncoder, fit_ranking, samples_of
from training.scenarios import scenarios

F64 = NDArray[np.float64]
DATA = Path(__file__).parent.parent / "src" / "kiemchung" / "engine" / "data"

# The mix of messages on which the limits hold: composed as people write, typed and unmarked (see the data's own notes).
# Encoding takes most of the time; these scenarios differ most.
WITH_ENCODER = ("whole", "whole/unmarked", "claims", "crowded", "itself", "passages", "statements")
MIXES = {"messages_vi": ("messages_vi/whole", "messages_vi/whole/unmarked"), "starter": ("starter/whole",)}


def fit(encoder: Encoder | None, corpora: Sequence[Corpus]) -> tuple[dict[str, object], HeldOut]:
    """Return the model as it is stored, and every message judged by a model that never saw its review."""
    samples = []
    for corpus in corpora:
        for scenario in scenarios(corpus):
            if encoder is not None and scenario.name not in WITH_ENCODER:
                continue
            samples += samples_of(scenario, corpus, encoder)
            print(f"{corpus.name}/{scenario.name}: {len(scenario.questions):,} questions", file=sys.stderr)
    held = hold_out(samples)
    weights = fit_ranking(samples)
    calibration, bias = fit_calibration(tops_of(samples, weights))
    mix = MIXES["messages_vi" if len(corpora) > 1 else "starter"]
    scale, shift = to_the_mix(held, mix)
    held = replace(held, probability=expit(scale * logit(held.probability) + shift))
    limits = limits_of(held, mix)
    model = {
        "weights": _named(FEATURES, weights),
        "calibration": _named(CALIBRATED, scale * calibration),
        "bias": round(scale * bias + shift, 5),
        "limits": limits,
        "suggest": suggest_of(held),
    }
    return model, held


def _named(names: Sequence[str], values: F64) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(names, values, strict=True) if abs(value) > 1e-6}


def _card(held: HeldOut, limits: Sequence[tuple[float, float]]) -> list[str]:
    lines = ["| messages | limit | threshold | answered | wrong | Wilson 95 % | coverage | near misses answered |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for name in sorted({top.sample.scenario for top in held.tops}):
        if name.split("/", 1)[1] not in ("whole", "whole/unmarked", "crowded", "large"):
            continue
        chosen = [at for at, top in enumerate(held.tops) if top.sample.scenario == name and top.present]
        right = np.array([held.tops[at].right for at in chosen])
        near = np.array([held.tops[at].sample.question.kind == "near" for at in chosen])
        possible = sum(bool(held.tops[at].sample.question.answers) for at in chosen)
        shown = [pair for pair in limits if pair[0] in (0.005, 0.01, 0.03)]
        probability = _answerable(held, chosen, min((least for _, least in shown), default=1.0))
        for limit, threshold in shown:
            answered = probability >= threshold
            wrong = int((answered & ~right).sum())
            count = int(answered.sum())
            missed = f"{int((answered & near).sum())} of {int(near.sum())}" if near.any() else ""
            share = f"{int((answered & right).sum()) / max(possible, 1):.3f}"
            high = f"{wilson(wrong, count)[1]:.4f}"
            lines.append(f"| {name} | {limit:g} | {threshold} | {count} | {wrong} | {high} | {share} | {missed} |")
    return lines


def _answerable(held: HeldOut, chosen: Sequence[int], least: float) -> F64:
    """Return the probabilities of those chosen, 0 where it may not be the answer; below `least` no words are read."""
    probability: F64 = np.where(held.can_answer[chosen], held.probability[chosen], 0.0)
    for place in np.flatnonzero(probability >= least).tolist():
        top = held.tops[chosen[place]]
        if top.sample.is_other(top.sample.question.text, top.review_id):
            probability[place] = 0.0
    return probability


_CARD = """# The claim model: {name}

Fitted by `make train` on the starter collection's messages{others}. What is fitted: one
weight for each named feature of `engine/claims/features.py` (ranking), and a logistic calibration of the best match's
features, score and lead (probability). How far the ranking is drawn towards BM25 (`BM25_SHARE`) and which features
there are was decided looking at the dev parts of other sets. Method and figures: `docs/method.md`.

Measured out of fold: every message was judged by a model fitted without any message of its review (five folds).
`whole` is the collection as it is, `whole/unmarked` the same messages typed without marks, `crowded` and `large` the
collection among thousands of other claims. The limits were chosen on `messages_vi/whole` and its unmarked form. What
says something else than the claim by its words (`engine/claims/exchanged.py`) is not answered, here as there. The
starter collection's near misses differ from a review's own messages in one word on purpose: they are the hard case.

{table}
"""


def main() -> None:
    """Fit and write the models and their card."""
    parser = argparse.ArgumentParser(description="Fit the claim model that ships.")
    parser.add_argument("--encoder", default=os.environ.get("KIEMCHUNG_ENCODER", ""), help="also fit for this encoder")
    parser.add_argument("--card", action="store_true", help="write the cards anew at the limits that ship; no model")
    options = parser.parse_args()
    extra = messages_vi()
    if extra is None:
        print(
            "KIEMCHUNG_DATA names no folder with messages_vi: fitted on the starter collection alone, whose "
            "near misses are many; the limits come out much stricter than those that ship.",
            file=sys.stderr,
        )
    corpora = [starter(), *([extra] if extra else [])]
    path = DATA / "claims_model.json"
    models = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    wanted: list[tuple[str, Encoder | None]] = [("words", None)]
    if options.encoder:
        wanted.append(("with_encoder", RememberingEncoder(SentenceEncoder(Path(options.encoder)))))
    others = " and `messages_vi` (dev)" if extra else ""
    for name, encoder in wanted:
        model, held = fit(encoder, corpora)
        if not options.card:
            models[name] = model
        lines = _card(held, [(float(limit), float(least)) for limit, least in models[name]["limits"]])
        card = _CARD.format(name=name, others=others, table="\n".join(lines))
        (DATA / f"claims_model_{name}.md").write_text(card, encoding="utf-8")
    if not options.card:
        path.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
