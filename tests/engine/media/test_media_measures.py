"""The measures of recognising: counts with their intervals, places, times, and the worst first."""

from __future__ import annotations

from kiemchung.engine.media.measures import Label, MediaMeasures, measure_media
from kiemchung.engine.media.types import MediaMatch, Region


def measured(labels: list[Label], **found: list[MediaMatch]) -> MediaMeasures:
    return measure_media(labels, {label.query: found.get(label.query, []) for label in labels})


def counted(done: MediaMeasures) -> dict[str, tuple[int, int]]:
    return {share.what: (share.count, share.total) for share in done.shares}


def seen(reference: str, probability: float = 0.9, **more: float | Region) -> MediaMatch:
    return MediaMatch(reference, probability, "features", **more)  # type: ignore[arg-type]


def test_what_is_found_missed_and_found_wrongly_is_counted() -> None:
    labels = [Label("a", "1"), Label("b", "2"), Label("c", "3"), Label("d", ""), Label("e", "")]
    done = measured(labels, a=[seen("1"), seen("9", 0.7)], b=[seen("8"), seen("2", 0.6)], e=[seen("1", 0.8)])
    assert counted(done) == {
        "recall": (2, 3),
        "found_first": (1, 3),
        "false_alarms": (1, 2),
        "wrong_references": (2, 3),
    }
    assert [(case.what, case.query) for case in done.worst] == [
        ("missed", "c"),
        ("wrong_reference", "b"),
        ("false_alarm", "e"),
        ("wrong_reference", "a"),
    ]


def test_a_collage_shows_each_of_its_references() -> None:
    done = measured([Label("a", "1"), Label("a", "2")], a=[seen("2"), seen("1")])
    assert counted(done)["recall"] == (2, 2)
    assert counted(done)["wrong_references"] == (0, 1)


def test_places_and_times_are_compared_where_they_are_labelled() -> None:
    region = Region(0, 0, 100, 100)
    labels = [Label("a", "1", reference_region=region), Label("b", "2", start_s=10, end_s=20), Label("c", "3")]
    found = {
        "a": [seen("1", reference_region=Region(0, 0, 50, 100))],
        "b": [seen("2", start_s=10.5, end_s=23.0)],
        "c": [seen("3")],
    }
    done = measured(labels, **found)
    assert (done.region_overlaps, done.time_errors) == ((0.5,), (3.0,))
    assert counted(done)["time_within_1_s"] == (0, 1)
    assert [case.what for case in done.worst] == ["region", "time"]


def test_groups_are_counted_apart_and_the_worst_are_twenty() -> None:
    labels = [Label(f"q{number}", "1", group="crop" if number % 2 else "mirror") for number in range(60)]
    done = measured(labels)
    assert counted(done)["recall: crop"] == (0, 30)
    assert len(done.worst) == 20
