"""Our own drawings are drawn as a browser draws them."""

from __future__ import annotations

import numpy as np
import pytest

from kiemchung.web.cards.strokes import filled, lines_of, stroked
from kiemchung.web.templatetags.ratings import RATINGS, WITHDRAWN


def test_a_line_goes_where_the_path_says() -> None:
    assert lines_of("M3 8.500l3.3 3.500L13 4.5")[0].tolist() == [[3, 8.5], [6.3, 12], [13, 4.5]]
    assert lines_of("M2 3h4v5z")[0].tolist() == [[2, 3], [6, 3], [6, 8], [2, 3]]
    assert [line[0].tolist() for line in lines_of("M1 1h1M5 5h1")] == [[1, 1], [5, 5]]


def test_a_half_circle_is_round_and_turns_the_right_way() -> None:
    for sweep, top in ((1, 0.0), (0, 16.0)):
        line = lines_of(f"M0 8a8 8 0 0 {sweep} 16 0")[0]
        assert np.allclose(np.hypot(line[:, 0] - 8, line[:, 1] - 8), 8)
        assert line[len(line) // 2].tolist() == pytest.approx([8, top])


def test_a_curve_ends_where_it_should() -> None:
    assert lines_of("M3 8.500c1.5 5 8.5 5 10 0")[0][-1].tolist() == [13, 8.5]
    assert lines_of("M16 2C8 2 2 7.4 2 14.2")[0][-1].tolist() == [2, 14.2]


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(ValueError, match="not known"):
        lines_of("M0 0S1 1 2 2")


def test_what_is_filled_and_stroked_has_its_size() -> None:
    square = filled("M2 2h4v4h-4z", scale=10, size=80)
    assert square.sum() == pytest.approx(1600, abs=1)
    assert stroked("M2 4h4", scale=10, width=1, size=80).sum() == pytest.approx(400 + 78.5, abs=8)


def test_no_two_ratings_have_the_same_sign() -> None:
    drawn = [stroked(one.path, scale=4, width=2.2, size=64) for one in (*RATINGS.values(), WITHDRAWN)]
    assert all(20 < cover.sum() < 2000 for cover in drawn)
    assert all(np.abs(one - two).sum() > 20 for at, one in enumerate(drawn) for two in drawn[:at])
