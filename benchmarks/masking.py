"""What masking of personal data costs in matching, and how much of real text it touches.

Run: `python -m benchmarks.masking`. Every message of `messages_vi` is matched as it is, with a person's number added,
and with that number masked by words or by signs; then every text of the other sets is masked and counted. Data: the
folder `KIEMCHUNG_DATA`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

from benchmarks.corpus import SETS, LabelledSet, Question, data_folder, labelled
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.text.personal_data import MASKS, Kind, masked
from kiemchung.engine.types import Message, Outcome

ADDED = (
    " LH 0912345678",
    " Zalo: 0987.654.321 nhé",
    " stk 0071000123456 VCB",
    " gọi +84 912 345 678",
    " mail a.b@gmail.com",
    " CCCD 001090012345",
)
WORDS = {
    MASKS[Kind.PHONE]: "[số điện thoại]",
    MASKS[Kind.EMAIL]: "[e-mail]",
    MASKS[Kind.IDENTITY]: "[số giấy tờ]",
    MASKS[Kind.CARD]: "[số thẻ]",
    MASKS[Kind.ACCOUNT]: "[số tài khoản]",
}


def added(text: str, number: int) -> str:
    """The message with what belongs to a person at its end."""
    return text + ADDED[number % len(ADDED)]


def in_words(text: str, number: int) -> str:
    """The same, masked by words."""
    shown = masked(added(text, number)).text
    for sign, words in WORDS.items():
        shown = shown.replace(sign, words)
    return shown


WAYS: dict[str, Callable[[str, int], str]] = {
    "as it is": lambda text, _: text,
    "masked": lambda text, _: masked(text).text,
    "with a person's number": added,
    "that masked by words": in_words,
    "that masked by signs": lambda text, number: masked(added(text, number)).text,
}


def matched(index: ClaimIndex, questions: Sequence[Question], way: str) -> str:
    """Return one row: the share whose review comes first, automatic answers, and wrong ones among them."""
    texts = [WAYS[way](question.text, number) for number, question in enumerate(questions)]
    first = answered = wrong = 0
    for question, answer in zip(questions, index.search_many([Message(text) for text in texts]), strict=True):
        is_right = bool(answer.matches) and answer.matches[0].review_id in question.relevant
        first += is_right
        answered += answer.outcome is Outcome.ANSWER
        wrong += answer.outcome is Outcome.ANSWER and not is_right
    return f"| {way} | {first / len(questions):.4f} | {answered} of {len(questions)} | {wrong} |"


def touched(found: LabelledSet) -> str:
    """Return one row: how many texts of a set are masked, and for what."""
    texts = [question.text for question in found.questions]
    texts += [part for review in found.reviews for part in (review.claim, review.title, review.body) if part]
    begun = time.process_time()
    kinds = [masked(text).kinds for text in texts]
    speed = sum(map(len, texts)) / (time.process_time() - begun)
    counts = ", ".join(f"{kind} {count}" for kind, count in Counter(one for row in kinds for one in row).most_common())
    return f"| {found.name} | {len(texts)} | {sum(map(bool, kinds))} | {counts or '-'} | {speed / 1e6:.2f} |"


def main() -> None:
    """Print both tables."""
    folder = data_folder()
    messages = labelled(folder, "messages_vi")
    index = ClaimIndex(messages.reviews)
    print("| message | recall@1 | answered | wrong |\n|---|---|---|---|")
    for way in WAYS:
        print(matched(index, messages.questions, way))
    print("\n| set | texts | masked | kinds | million characters a second |\n|---|---|---|---|---|")
    print(touched(messages))
    for name in SETS:
        print(touched(labelled(folder, name)))


if __name__ == "__main__":
    main()
