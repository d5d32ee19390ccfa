"""Grouping of messages that nobody has answered: which become one claim of the desk, and which are shown beside it.

Run: `python -m benchmarks.grouping [--worst]`. The messages of a set are sent one after another, in an order by chance,
to a desk with an empty record (SQLite), by the code that answers readers. Two messages that are labelled with the same
review ask about one claim; a pair in one claim of the desk that has different labels is an error, and so is each pair
apart. `same words` is what a desk has that compares nothing but the words.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.corpus import Question, data_folder, labelled, unmarked

FORWARDED = " forwarded"
MISTYPED = 0.03  # of the letters are exchanged with the next
SETS = ("messages_vi forwarded", "messages_vi", "checkthat2022_2a_en", "checkthat2020_en", "factchecktweet_en")


@dataclass(frozen=True)
class Pairs:
    """Pairs of messages: how many were put together, how many of them rightly, and how many belong together."""

    together: int
    rightly: int
    wanted: int

    def cells(self) -> str:
        """Return precision and recall, the errors in numbers."""
        precision = self.rightly / self.together if self.together else float("nan")
        return f"{precision:.3f} ({self.together - self.rightly} of {self.together}) | {self.rightly / self.wanted:.3f}"


def pairs_of(groups: Mapping[str, int], labels: Mapping[str, str]) -> Pairs:
    """Return what a partition of the messages comes to, by counting pairs (Rand, 1971).

    >>> pairs_of({"a": 1, "b": 1, "c": 2}, {"a": "x", "b": "x", "c": "x"})
    Pairs(together=1, rightly=1, wanted=3)
    """
    both = Counter((groups[one], labels[one]) for one in labels)
    return Pairs(_pairs(Counter(groups.values()).values()), _pairs(both.values()), _pairs(_sizes(labels)))


def _sizes(labels: Mapping[str, str]) -> Iterable[int]:
    return Counter(labels.values()).values()


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def sent(questions: Sequence[Question]) -> tuple[dict[str, int], dict[str, int], set[frozenset[int]]]:
    """Send the messages to an empty desk; return the claim of each, a number for its words, and the claims that are
    shown beside each other."""
    from django.core.management import call_command

    from kiemchung.desk.grouping import content_key
    from kiemchung.desk.intake import ask
    from kiemchung.desk.models import ClaimResemblance, Message
    from kiemchung.jobs.worker import Worker

    call_command("flush", interactive=False, verbosity=0)
    claims, keys = {}, {}
    for one in questions:
        asked = ask(one.text, channel="bench", ref=one.id)
        Worker().run(once=True)  # it answers, and puts to a claim what nothing answers
        claims[one.id] = Message.objects.get(pk=asked.message_id).claim_id or -asked.message_id
        keys[one.id] = int(content_key(one.text)[:15], 16)
    beside = {frozenset(pair) for pair in ClaimResemblance.objects.values_list("claim_id", "other_id")}
    return claims, keys, beside


def shown(claims: Mapping[str, int], labels: Mapping[str, str], beside: set[frozenset[int]]) -> Pairs:
    """Return the pairs that are in one claim or in two that are shown beside each other."""
    members = {claim: [one for one in claims if claims[one] == claim] for claim in set(claims.values())}
    alone = pairs_of(claims, labels)
    linked = [
        (labels[a], labels[b]) for x, y in map(tuple, beside) for a in members.get(x, ()) for b in members.get(y, ())
    ]
    right = sum(a == b for a, b in linked)
    return Pairs(alone.together + len(linked), alone.rightly + right, alone.wanted)


def forwarded(questions: Sequence[Question]) -> list[Question]:
    """Return each text six times, as it is passed on: as it is, without marks, with a question before it, with an
    ending, its first half, and with letters exchanged."""
    chance = random.Random(1)  # noqa: S311
    texts = {one.id: one.text for one in questions}
    changed: dict[str, Callable[[str], str]] = {
        "as it is": lambda text: text,
        "unmarked": unmarked,
        "asked": lambda text: f"Mọi người ơi tin này có thật không ạ? {text}",
        "shared": lambda text: f"{text}\nChia sẻ cho nhiều người cùng biết nhé!",
        "first half": lambda text: text[: text.rfind(" ", 0, len(text) // 2 + 1)],
        "mistyped": lambda text: _mistyped(text, chance),
    }
    return [
        replace(one, id=f"{one.id} {name}", text=change(texts[one.id]), relevant=frozenset({one.id}))
        for one in questions
        for name, change in changed.items()
    ]


def _mistyped(text: str, chance: random.Random) -> str:
    letters = list(text)
    for at in range(len(letters) - 1):
        if letters[at].isalpha() and letters[at + 1].isalpha() and chance.random() < MISTYPED:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def main() -> None:
    """Print the table, and the pairs that were put together wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", action="store_true", help="list the twenty first messages in a wrong claim")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"KIEMCHUNG_HOME": place, "KIEMCHUNG_DATABASE": ""}
        from django.core.management import call_command

        from kiemchung.web.starting import start

        start()
        call_command("migrate", verbosity=0)
        print("| set | messages | claims wanted | claims made | precision (wrong pairs) | recall | ", end="")
        print(f"with those shown beside | recall | same words | recall |\n|{'---|' * 10}")
        for name in SETS:
            _measure(name, list_worst=options.worst)


def _measure(name: str, *, list_worst: bool) -> None:
    questions = [one for one in labelled(data_folder(), name.split()[0]).questions if one.relevant]
    if name.endswith(FORWARDED):
        first = {min(one.relevant): one for one in reversed(questions)}  # one wording of each claim
        questions = forwarded(list(first.values()))
    questions = random.Random(0).sample(questions, len(questions))  # noqa: S311
    labels = {one.id: min(one.relevant) for one in questions}
    claims, keys, beside = sent(questions)
    cells = [pairs_of(claims, labels), shown(claims, labels, beside), pairs_of(keys, labels)]
    made = f"{len(questions)} | {len(set(labels.values()))} | {len(set(claims.values()))}"
    print(f"| {name} | {made} | {' | '.join(one.cells() for one in cells)} |", flush=True)
    if list_worst:
        begun: dict[int, Question] = {}
        wrong = [
            (begun[claims[one.id]].text, one.text)
            for one in questions
            if labels[begun.setdefault(claims[one.id], one).id] != labels[one.id]
        ]
        for before, then in wrong[:20]:
            print(f"    {before[:160]!r}\n      + {then[:160]!r}")


if __name__ == "__main__":
    main()
