"""How often the software is wrong: what was measured of the running version, in plain words and as data."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from kiemchung.engine.claims.rank import DEFAULT_LIMIT, load_model
from kiemchung.engine.lookalikes.index import shipped_models
from kiemchung.engine.measured import Figure, measured
from kiemchung.version import VERSION
from kiemchung.web.public.measured_words import GROUPS, Said

_PER = 1_000
_ERRORS = gettext_lazy("In 1,000 such cases: about %(about)s wrong; with 95 %% certainty at most %(end)s.")
_FINDINGS = gettext_lazy("In 1,000 such cases: about %(about)s found; with 95 %% certainty at least %(end)s.")


@dataclass(frozen=True)
class Shown:
    """One figure with its words, in the reader's language."""

    name: str
    meaning: str
    counted: str
    in_words: str
    is_error: bool
    figure: Figure


@dataclass(frozen=True)
class Group:
    """The figures about one thing."""

    heading: str
    shown: tuple[Shown, ...]

    @property
    def runs(self) -> list[Figure]:
        """One figure of each measurement, for its command, document and commit."""
        return list({(one.figure.command, one.figure.commit): one.figure for one in self.shown}.values())


@dataclass(frozen=True)
class Limits:
    """What this site is set to: the share of wrong answers it accepts, and the probability from which it answers alone
    or warns of a lookalike. `has_encoder`: it also compares meaning, which the figures leave out."""

    wrong_answers: float
    answer_from: float
    suggest_from: float
    warn_of_address_from: float
    warn_of_name_from: float
    has_encoder: bool


def limits() -> Limits:
    """Return the limits that this process goes by."""
    has_encoder = bool(os.environ.get("KIEMCHUNG_ENCODER"))
    model, lookalikes = load_model(with_encoder=has_encoder), shipped_models()
    return Limits(
        DEFAULT_LIMIT,
        model.threshold(DEFAULT_LIMIT),
        model.suggest,
        lookalikes.address.threshold,
        lookalikes.name.threshold,
        has_encoder,
    )


def context() -> dict[str, Any]:
    """Return what the template `public/measured.html` shows."""
    now = limits()
    said = {
        "share": _percent(now.wrong_answers, 1),
        "from": _percent(now.answer_from, 1),
        "suggest": _percent(now.suggest_from),
        "address": _percent(now.warn_of_address_from),
        "name": _percent(now.warn_of_name_from),
        "has_encoder": now.has_encoder,
    }
    return {"groups": groups(), "limits": said, "version": VERSION}


def groups() -> list[Group]:
    """Return all figures in the order of their words."""
    known = {figure.id: figure for figure in measured().figures}
    return [Group(str(heading), tuple(_shown(known[one.id], one) for one in words)) for heading, words in GROUPS]


@require_safe
def error_rates(_request: HttpRequest) -> HttpResponse:
    """Answer with the figures and the limits as data."""
    return JsonResponse(as_data())


def as_data() -> dict[str, Any]:
    """Return what the method page shows, for programs."""
    now = limits()
    set_to = {
        "wrong_answers": now.wrong_answers,
        "answer_from": now.answer_from,
        "suggest_from": now.suggest_from,
        "warn_of_address_from": now.warn_of_address_from,
        "warn_of_name_from": now.warn_of_name_from,
        "has_encoder": now.has_encoder,
    }
    errors = {one.id: one.is_error for _, words in GROUPS for one in words}
    data = measured().as_data()
    figures = [{**figure, "kind": "error" if errors[figure["id"]] else "found"} for figure in data["figures"]]
    return {"running_version": VERSION, "measured_version": data["version"], "limits": set_to, "figures": figures}


def _shown(figure: Figure, said: Said) -> Shown:
    about, end = (_PER * share for share in (figure.share, figure.high if said.is_error else figure.low))
    sentence = _ERRORS if said.is_error else _FINDINGS
    return Shown(
        str(said.name),
        str(said.meaning),
        _counted(figure),
        str(sentence)
        % {"about": _number(about, round), "end": _number(end, math.ceil if said.is_error else math.floor)},
        said.is_error,
        figure,
    )


def _counted(figure: Figure) -> str:
    if figure.count is None or figure.of is None:
        return _percent(figure.share, 1)
    counts = {"count": _grouped(figure.count), "of": _grouped(figure.of)}
    return gettext("%(count)s of %(of)s") % counts


def _number(value: float, whole: Any) -> str:
    """Return a number of cases in a thousand: whole, below ten with a decimal where it has one, never too good."""
    tenths = whole(round(10 * value, 6))
    return number_format(tenths / 10, 1) if tenths < 100 and tenths % 10 else _grouped(whole(round(value, 6)))


def _grouped(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def _percent(share: float, decimals: int = 0) -> str:
    return f"{number_format(100 * share, decimals)} %"
