"""`messages_vi`: what is found by style of writing, and what would be answered automatically at each limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from benchmarks import peers
from benchmarks.corpus import LabelledSet, Question, unmarked
from benchmarks.quality import ask
from benchmarks.setting import markdown
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.rank import load_model
from kiemchung.engine.shares import wilson
from kiemchung.engine.types import Answer, Message, Outcome

LIMITS = (0.005, 0.01, 0.03)
SEEN = (
    "**The shipped model was fitted on these very messages**: our rows of recall@1 and the last table show that it "
    "works, not how well it would do on others. The peers have nothing fitted."
)
CARD = "claims_model_words.md"
UNSEEN = (
    "Answered automatically, out of fold: each message judged by a model fitted without its review; copied from the "
    f"card `src/kiemchung/engine/data/{CARD}` (of Wilson's interval it gives the upper end). The thresholds were "
    "chosen on the same out-of-fold probabilities of messages_vi. The near misses of `starter` differ from a review's "
    "own messages in one word on purpose: they are the hard case."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Counts at one limit: answered automatically, wrong among them, and of what kind the wrong ones are."""

    answered: int
    wrong: int
    covered: int
    answerable: int
    kinds: tuple[tuple[str, int, int], ...]


def report(one: LabelledSet) -> str:
    """Return both tables, as typed and unmarked."""
    forms = (("as typed", one), ("unmarked", one.changed(unmarked)))
    parts = [f"### messages_vi ({len(one.reviews)} reviews)", SEEN]
    parts += [_styles(label, asked) for label, asked in forms]
    parts += [f"{UNSEEN}\n\n{out_of_fold()}", _automatic(forms)]
    return "\n\n".join(parts)


def out_of_fold() -> str:
    """Return the rows of the shipped model's card at our limits, as a Markdown table: the starter collection's too,
    whose near misses are the hard case."""
    card = (files("kiemchung.engine") / "data" / CARD).read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in card.splitlines() if line[:1] == "|"]
    kept = [row for row in rows[2:] if row[0].startswith(("messages_vi/", "starter/")) and float(row[1]) in LIMITS]
    return markdown(rows[0], kept)


def judge(index: ClaimIndex, one: LabelledSet, limit: float) -> Judged:
    """Ask everything, and count what would be answered automatically."""
    answers = index.search_many([Message(q.text) for q in one.questions], top=1, limit=limit, explain=False)
    none = index.search_many([Message(q.text) for q in one.unanswerable], top=1, limit=limit, explain=False)
    given = [
        (question, answer) for question, answer in zip(one.questions, answers, strict=True) if _is_automatic(answer)
    ]
    right = sum(answer.matches[0].review_id in question.relevant for question, answer in given)
    asked = list(zip(one.unanswerable, none, strict=True))
    kinds = tuple(
        (kind, sum(_is_automatic(a) for q, a in asked if q.kind == kind), sum(q.kind == kind for q, _ in asked))
        for kind in sorted({question.kind for question in one.unanswerable})
    )
    total = len(given) + sum(count for _, count, _ in kinds)
    return Judged(total, total - right, right, len(one.questions), kinds)


def _is_automatic(answer: Answer) -> bool:
    return answer.outcome is Outcome.ANSWER


def _styles(label: str, one: LabelledSet) -> str:
    styles = sorted({question.kind for question in one.questions})
    rows = []
    for name, make in peers.PEERS.items():
        found = ask(make(one.reviews), one.questions, depth=5)
        first = {item.question.id: item.place == 1 for item in found}
        rows.append([name, _share(one.questions, first)])
        rows[-1] += [_share([q for q in one.questions if q.kind == style], first) for style in styles]
    counts = [f"{style} ({sum(q.kind == style for q in one.questions)})" for style in styles]
    return f"recall@1, {label}\n\n" + markdown(["", f"all ({len(one.questions)})", *counts], rows)


def _share(questions: Sequence[Question], first: dict[str, bool]) -> str:
    return f"{sum(first[question.id] for question in questions) / max(len(questions), 1):.3f}"


def _automatic(forms: Sequence[tuple[str, LabelledSet]]) -> str:
    index = ClaimIndex(forms[0][1].reviews)
    kinds = sorted({question.kind for question in forms[0][1].unanswerable})
    rows = []
    for label, one in forms:
        for limit in LIMITS:
            counted = judge(index, one, limit)
            low, high = wilson(counted.wrong, counted.answered)
            answered = {kind: f"{count} of {total}" for kind, count, total in counted.kinds}
            rows.append([label, f"{limit:g}", f"{load_model().threshold(limit):.4f}", str(counted.answered)])
            rows[-1] += [f"{counted.wrong} = {counted.wrong / max(counted.answered, 1):.4f}", f"{low:.4f}-{high:.4f}"]
            rows[-1] += [f"{counted.covered / max(counted.answerable, 1):.3f}", *(answered[kind] for kind in kinds)]
    header = ["messages", "limit", "threshold", "answered", "wrong", "Wilson 95 %", "coverage"]
    return "Answered automatically, messages seen in fitting\n\n" + markdown(
        [*header, *(f"{kind} answered" for kind in kinds)], rows
    )
