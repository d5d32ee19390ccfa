"""Fits the lookalike models: `python -m training.lookalikes` (or `make train`).

Logistic regressions over the named features. Addresses: the labelled scam hosts, the banks' and universities' own
domains
of the benign list, and addresses made by rule (`training/lookalike_hosts.py`). Names: `names_vi`. Everything else in
the
evaluation data is only measured. Folds are by organisation: the card's figures are for organisations that the fitted
numbers had not seen.
"""

from __future__ import annotations

import csv
import json
import os
import random
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from kiemchung.engine.lookalikes.addresses import ADDRESSES, Kind, kind_of
from kiemchung.engine.lookalikes.features import FEATURES
from kiemchung.engine.lookalikes.index import LookalikeIndex, Models
from kiemchung.engine.lookalikes.names import NAME_FEATURES
from kiemchung.engine.lookalikes.organisations import read_organisations
from kiemchung.engine.lookalikes.score import Model
from kiemchung.engine.types import Organisation
from training.lookalike_hosts import GUILTLESS, IMITATIONS, innocent, made

F64 = NDArray[np.float64]
DATA = Path(__file__).parent.parent / "src" / "kiemchung" / "engine" / "data"
FOLDS = 5
ALLOWED_SOURCES = ("misp-bank-website", "misp-university-domains")
# Shrinks the weights; the names are few.
ADDRESS_L2, NAME_L2 = 2e-4, 2e-3
# Names: an alert when imitation is likelier than not; a mention flagged is the worst error, so it counts more in the
# fit. Addresses: the lowest threshold at which the dev part's popular names stay well below one in a thousand and its
# hard ones near one in ten (docs/decisions/0012).
ADDRESS_THRESHOLD, NAME_THRESHOLD = 0.45, 0.5
MENTION_WEIGHT = 2.5


@dataclass(frozen=True, slots=True)
class Example:
    """One name: its label, and the features of each organisation it may imitate (`rows[i]` is of `owners[i]`)."""

    name: str
    group: str
    label: str
    organisation: int
    origin: str
    weight: float
    owners: tuple[int, ...]
    rows: F64

    @property
    def is_imitation(self) -> bool:
        """Whether it imitates `organisation`."""
        return self.label == "imitation"

    @property
    def fitted_rows(self) -> F64:
        """The features that count: of the labelled organisation, or all of an innocent name."""
        if not self.is_imitation:
            return self.rows
        return self.rows[[at for at, owner in enumerate(self.owners) if owner == self.organisation]]


def data_folder() -> Path:
    """Return the folder of the evaluation data. Ends the program, saying so, when there is none."""
    folder = Path(os.environ.get("KIEMCHUNG_DATA", ""))
    if not (folder / "lookalike").is_dir() or not (folder / "names_vi").is_dir():
        print("Not fitted: KIEMCHUNG_DATA names no folder that holds lookalike/ and names_vi/.", file=sys.stderr)
        sys.exit(0)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a TSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def organisations() -> list[Organisation]:
    """Return the organisations of the evaluation data."""
    path = data_folder() / "lookalike" / "organisations.jsonl"
    return read_organisations([path.read_bytes()], str(path))


def untrained_index() -> LookalikeIndex:
    """Return an index of those organisations with models that say nothing."""
    address = Model((0.0,) * len(FEATURES), 0.0, ADDRESS_THRESHOLD)
    name = Model((0.0,) * len(NAME_FEATURES), 0.0, NAME_THRESHOLD)
    return LookalikeIndex(organisations(), models=Models(address, name))


def address_examples(index: LookalikeIndex) -> list[Example]:
    """Return all that the model of addresses is fitted on."""
    place = {organisation.id: at for at, organisation in enumerate(index.organisations)}
    folder = data_folder() / "lookalike"
    named = [
        (row["url"] or row["host"], place[row["org"]], True, "scam lists", 1.0)
        for row in rows_of(folder / "positives_dev.tsv")
    ]
    named += [
        (row["domain"], -1, False, "banks and universities", 2.0)
        for row in rows_of(folder / "benign_dev.tsv")
        if row["source"] in ALLOWED_SOURCES and row["kind"] != "same-label"
    ]
    named += [(name, -1, False, "made of words", 0.6) for name in innocent(random.Random(1), 120_000)]
    named += [
        (name, at, False, "made by rule", 0.35) for name, at in made(GUILTLESS, index.organisations, index.aliases, 2)
    ]
    named += [
        (name, at, True, "made by rule", 0.25) for name, at in made(IMITATIONS, index.organisations, index.aliases, 3)
    ]
    found = []
    claims = index.claims_of_addresses([name for name, *_ in named])
    for (name, at, is_imitation, origin, weight), one in zip(named, claims, strict=True):
        if one:
            rows = np.array([claim.evidence.values for claim in one])
            owners = tuple(claim.alias.organisation for claim in one)
            group = index.organisations[at].id if at >= 0 else name
            label = "imitation" if is_imitation else "innocent"
            found.append(Example(name, group, label, at, origin, weight, owners, rows))
    return found


def name_examples(index: LookalikeIndex) -> list[Example]:
    """Return all that the model of names is fitted on; those with no organisation in them have no rows."""
    place = {organisation.id: at for at, organisation in enumerate(index.organisations)}
    rows = rows_of(data_folder() / "names_vi" / "names_dev.tsv") + own_names()
    given = [(row["name"], _kind(row["name"])) for row in rows]
    found = []
    for row, (owner, evidences) in zip(rows, index.evidence_of_names(given), strict=True):
        values = np.array([evidence.values for _, evidence in evidences]).reshape(-1, len(NAME_FEATURES))
        owners = tuple(alias.organisation for alias, _ in evidences)
        label = row["label"] if row["why"] != "branch-unverified" else "branch"
        weight = MENTION_WEIGHT if label == "mention" else 1.0
        at = place[row["organisation"]] if row["organisation"] else -1
        if owner is not None:
            values, owners = values[:0], ()
        group = row["organisation"] or row["name"]
        origin = "names_vi" if "kind" in row else "own names"
        found.append(Example(row["name"], group, label, at, origin, weight, owners, values))
    return found


def own_names() -> list[dict[str, str]]:
    """Return the names that this project wrote to fit on, in the form of `names_vi`."""
    lines = (Path(__file__).parent / "lookalike_names.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [{"label": label, "organisation": at, "name": name, "why": ""} for label, at, name in rows]


def _kind(name: str) -> Kind:
    kind = kind_of(name)
    return Kind.HANDLE if kind in ADDRESSES else kind


def fit(samples: Sequence[Example], l2: float) -> tuple[F64, float]:
    """Return weights and bias. Of an imitation the claim that speaks loudest counts, of an innocent name each does."""
    weights: F64 = np.zeros(samples[0].rows.shape[1])
    bias = -1.0
    for _ in range(3):
        rows, right, weight = [], [], []
        for sample in samples:
            found = sample.fitted_rows
            if not len(found):
                continue
            if sample.is_imitation:
                found = found[[int(np.argmax(found @ weights))]]
            rows.append(found)
            right += [float(sample.is_imitation)] * len(found)
            weight += [sample.weight / len(found) ** 0.5] * len(found)
        weights, bias = _logistic(np.concatenate(rows), np.array(right), np.array(weight), l2)
    return weights, bias


def _logistic(rows: F64, right: F64, weight: F64, l2: float) -> tuple[F64, float]:
    weight = weight / weight.sum()

    def loss(given: F64) -> tuple[float, F64]:
        logit = rows @ given[:-1] + given[-1]
        value = float((weight * (np.logaddexp(0.0, logit) - right * logit)).sum())
        error = weight * (expit(logit) - right)
        gradient = np.append(rows.T @ error, error.sum())
        penalty = np.append(given[:-1], 0.0)
        return value + l2 * float(penalty @ penalty), gradient + 2 * l2 * penalty

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return found.x[:-1], float(found.x[-1])


def held_out(samples: Sequence[Example], l2: float) -> F64:
    """Return each sample's probability from a model that saw no name of its organisation."""
    probability = np.zeros(len(samples))
    folds = np.array([zlib.crc32(sample.group.encode()) % FOLDS for sample in samples])
    for fold in range(FOLDS):
        weights, bias = fit([s for s, at in zip(samples, folds, strict=True) if at != fold], l2)
        for at in np.flatnonzero(folds == fold).tolist():
            if len(samples[at].rows):
                probability[at] = float(expit((samples[at].rows @ weights).max() + bias))
    return probability


def stored(names: Sequence[str], weights: F64, bias: float, threshold: float) -> dict[str, object]:
    """Return a model as it is stored."""
    listed = {name: round(float(w), 4) for name, w in zip(names, weights, strict=True) if abs(w) > 5e-4}
    return {"weights": listed, "bias": round(bias, 4), "threshold": threshold}


def main() -> int:
    """Fit both models, write them and their card."""
    index = untrained_index()
    model: dict[str, object] = {}
    card = [_CARD]
    parts: tuple[tuple[str, Sequence[str], Callable[[LookalikeIndex], list[Example]], float, float], ...] = (
        ("address", FEATURES, address_examples, ADDRESS_L2, ADDRESS_THRESHOLD),
        ("name", NAME_FEATURES, name_examples, NAME_L2, NAME_THRESHOLD),
    )
    for part, names, collect, l2, threshold in parts:
        samples = collect(index)
        print(f"{part}: {len(samples):,} examples with an organisation in them", file=sys.stderr)
        weights, bias = fit(samples, l2)
        model[part] = stored(names, weights, bias, threshold)
        fitted = np.array([float(expit((s.rows @ weights).max() + bias)) if len(s.rows) else 0.0 for s in samples])
        card += ["", *_measured(part, samples, held_out(samples, l2), fitted, threshold)]
    print("\n".join(card))
    (DATA / "lookalike_model.json").write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    (DATA / "lookalike_model.md").write_text("\n".join(card) + "\n", encoding="utf-8")
    return 0


def _measured(part: str, samples: Sequence[Example], unseen: F64, seen: F64, threshold: float) -> list[str]:
    """Return the table of a model: what is flagged of organisations that it did not see, and of those it did."""
    lines = [f"## {part}: alert from {threshold}", "", "| names | flagged | of | share | share, seen | points |"]
    lines += ["|---|---|---|---|---|---|"]
    origins = np.array([f"{s.label}, {s.origin}" for s in samples])
    for kind in sorted(set(origins.tolist())):
        chosen = origins == kind
        total = int(chosen.sum())
        count, known = (int((values[chosen] >= threshold).sum()) for values in (unseen, seen))
        points = 100 * (count - known) / total
        lines.append(f"| {kind} | {count} | {total} | {count / total:.3f} | {known / total:.3f} | {points:+.1f} |")
    return lines


_CARD = """# The lookalike models

Fitted by `make train`: two logistic regressions over the features that `engine/lookalikes/features.py` (addresses) and
`engine/lookalikes/names.py` (names) compute; the weights are in `lookalike_model.json` and can be read as they are.

Fitted on: the scam hosts of `positives_dev.tsv` with their organisation, the banks' and universities' domains of
`benign_dev.tsv`, `names_vi` (dev), and addresses that `training/lookalike_hosts.py` makes from this project's own word
lists. Nothing else of the evaluation data; popular names, `.vn` names, the hard names of the popularity list, the
Japanese scam hosts and the newly registered names were only measured (`python -m benchmarks.lookalikes`).

Held out by organisation: the figures below are of models that saw no name of the same organisation; beside them, what
the model that ships, which saw it, flags, and the points between. Counted are names in which an organisation can be
found at all; a name without one is never flagged. What the figures do not say: words listed in `lookalike_words.tsv`
and `lookalike_phrases.tsv` were written with the dev parts in view."""


if __name__ == "__main__":
    sys.exit(main())
