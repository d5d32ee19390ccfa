"""The figures that the package carries are those of the documents, and of this version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from kiemchung.engine.measured import Figure, measured
from kiemchung.version import VERSION

DOCUMENTS = Path(__file__).parent.parent.parent / "docs" / "measured"
FIGURES = measured().figures
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers_in(quotes: tuple[str, ...]) -> set[float]:
    return {float(number.rstrip(",").replace(",", "")) for quote in quotes for number in NUMBER.findall(quote)}


def written(name: str) -> Iterator[tuple[str, float]]:
    """The numbers of a figure as they stand in the file: none of them is worked out."""
    text = (files("kiemchung.engine") / "data" / "measured.toml").read_text(encoding="utf-8")
    one = next(it for run in tomllib.loads(text)["run"] for it in run["figure"] if it["id"] == name)
    yield from ((key, float(value)) for key, value in one.items() if isinstance(value, int | float))


def test_r8_the_figures_are_of_the_running_version() -> None:
    assert measured().version == VERSION, "measure the new version, or look that its figures still hold"


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.id)
def test_r8_a_figure_stands_in_the_documents_with_its_command_and_commit(figure: Figure) -> None:
    page = (DOCUMENTS / figure.document).read_text(encoding="utf-8")
    for quote in figure.quotes:
        assert quote in page
    assert f"`{figure.command}`" in page
    assert figure.commit in page
    there = numbers_in(figure.quotes)
    assert [(key, value) for key, value in written(figure.id) if value not in there] == []


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.id)
def test_a_figure_is_a_share_inside_its_interval(figure: Figure) -> None:
    assert 0 <= figure.low <= figure.share <= figure.high <= 1
    assert (figure.count is None) == (figure.of is None)
    if figure.count is not None and figure.of is not None:
        assert 0 <= figure.count <= figure.of


def test_the_intervals_are_those_of_the_documents() -> None:
    ends = {figure.id: figure.high for figure in FIGURES}
    assert ends["text_wrong"] == pytest.approx(0.0236, abs=5e-5)
    assert ends["lookalike_found"] == pytest.approx(0.96326, abs=5e-6)
    assert ends["video_false"] == pytest.approx(0.138, abs=5e-4)


def test_each_figure_has_a_name_of_its_own() -> None:
    assert len({figure.id for figure in FIGURES}) == len(FIGURES)
