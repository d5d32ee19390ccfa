"""ASVS 18: whatever members do, in whatever order, the record stays one that can be answered for."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiemchung.desk import answering, claims, collecting, drafting, erasing, intake, judging, publishing, requests
from kiemchung.desk.foreign_changes import version_of_foreign
from kiemchung.desk.models import (
    IS_ANSWER,
    IS_REFUSED,
    OWN,
    Answer,
    Claim,
    ClaimState,
    Declining,
    LogEntry,
    Member,
    Message,
    MessageState,
    PageKind,
    RequestKind,
    RequestOutcome,
    Review,
    ReviewRequest,
    ReviewVersion,
    Role,
    Selection,
    Shelf,
    Shelved,
)
from kiemchung.engine.errors import KiemchungError
from kiemchung.engine.formats.withdrawals import Withdrawal
from kiemchung.web.database import database_from
from tests.databases import Database, empty_tables, use
from tests.desk.conftest import write_pages
from tests.desk.newsroom import hand_in, publish, wording, work
from tests.desk.test_catching_up import FOREIGN, NOW

SAID = [
    "Ăn me chua trước khi ngủ giúp cao thêm 2 cm",
    "ĂN ME CHUA trước khi ngủ giúp cao thêm 2 cm",
    "Cầu Ánh Sao sẽ thu phí người đi bộ từ tháng sau",
    "Trứng gà luộc bằng nước dừa làm nổ tung lò vi sóng",
]
FOREIGN_ONES = [
    replace(FOREIGN, id=f"kiem-{number}", claim=said, url=f"https://kiem.example/{number}")
    for number, said in enumerate((SAID[0], SAID[3]))
]
RATINGS = ("false", "true", "mixed", "unproven")
EDITORS = st.sampled_from(("an", "binh"))
WHO = st.sampled_from(["linh", "minh", "an", "binh"])
WHICH = st.integers(0, 2)


@dataclass(frozen=True)
class Place:
    """Where the database of a run is, and its empty copy."""

    database: Database
    empty: Path | None


class Newsroom(RuleBasedStateMachine):
    """Two checkers and two editors try everything; what they may not do is refused by an error of ours."""

    place: Place
    most_withdrawn = 0
    most_taken_off = 0
    most_published = 0  # over all runs: what was never published proves nothing

    @initialize(is_published=st.booleans())
    def begin(self, is_published: bool) -> None:
        home, address = self.place.database.home, self.place.database.address
        if self.place.empty is not None:
            for rest in ("", "-wal", "-shm"):
                (home / f"desk.sqlite{rest}").unlink(missing_ok=True)
            shutil.copy(self.place.empty, home / "desk.sqlite")
        use(database_from(address, home))
        if self.place.empty is None:
            empty_tables()
        roles = {"linh": Role.CHECKER, "minh": Role.CHECKER, "an": Role.EDITOR, "binh": Role.EDITOR}
        self.members = {name: Member.objects.create_user(name, shown_name=name, role=roles[name]) for name in roles}
        boss = Member.objects.create_user("ha", shown_name="Ha", role=Role.ADMINISTRATOR)
        write_pages(boss, list(PageKind))
        self.refs, self.asked, self.erased = count(), 0, 0
        self.leaves: list[str] = []
        self.published: dict[int, str] = {}
        self.ask(SAID[0])
        work()
        if is_published:  # by chance few orders get as far as to withdraw what they have published
            publish(Claim.objects.get(), self.members["linh"], self.members["an"])

    def _claim(self, which: int) -> int:
        """One of the claims that are there; a number that is none, too."""
        found = list(Claim.objects.order_by("id").values_list("pk", flat=True))
        return found[which % len(found)] if found else 4711

    def _try(self, deed: Callable[[], object]) -> None:
        with suppress(KiemchungError, Claim.DoesNotExist):
            deed()

    @rule(text=st.sampled_from(SAID))
    def ask(self, text: str) -> None:
        intake.ask(text, channel="test", ref=str(next(self.refs)))
        self.asked += 1

    @rule()
    def let_jobs_run(self) -> None:
        while work():
            pass
        self.nobody_who_asked_is_forgotten()

    def nobody_who_asked_is_forgotten(self) -> None:
        """Who is told to wait waits at a claim that the desk sees; who was answered has an answer that stands."""
        there = set(Shelved.objects.filter(shelf=Shelf.REVIEWS, is_removed=False).values_list("ref", flat=True))
        for message in Message.objects.select_related("claim"):
            if message.state == MessageState.OPEN:
                assert message.claim is not None
                assert message.claim.state in (ClaimState.OPEN, ClaimState.DECLINED)
            elif message.state == MessageState.ANSWERED:
                stands = message.answers.filter(IS_ANSWER, ~IS_REFUSED).values_list("review_ref", flat=True)
                assert set(stands) & there
            else:
                assert message.state in (MessageState.DISMISSED, MessageState.DELETED)

    @rule(which=WHICH)
    def erase(self, which: int) -> None:
        left = Message.objects.exclude(state=MessageState.DELETED).order_by("id")
        if left:
            erasing.erase(left[which % len(left)].pk)
            self.erased += 1

    @rule(which=WHICH, who=WHO, reason=st.sampled_from(Selection))
    def select(self, which: int, who: str, reason: Selection) -> None:
        self._try(lambda: claims.select(self._claim(which), reason, actor=self.members[who]))

    @rule(which=WHICH, who=WHO, take_over=st.booleans())
    def hold(self, which: int, who: str, take_over: bool) -> None:
        self._try(lambda: claims.hold(self._claim(which), actor=self.members[who], take_over=take_over))

    @rule(which=WHICH, who=WHO, is_primary=st.booleans())
    def collect(self, which: int, who: str, is_primary: bool) -> None:
        source = drafting.Source("Viện", "https://vien.example/1", is_primary=is_primary, accessed_on=date(2026, 3, 1))
        self._try(lambda: drafting.add_evidence(self._claim(which), source, actor=self.members[who]))

    @rule(which=WHICH, who=WHO, rating=st.sampled_from(RATINGS), search=st.booleans(), reason=st.booleans())
    def write(self, which: int, who: str, rating: str, search: bool, reason: bool) -> None:
        said = wording(rating) if search else wording(rating, search_described="")

        def save() -> None:
            number = self._claim(which)
            drafting.save(
                number,
                said,
                actor=self.members[who],
                revision=drafting.draft_of(Claim.objects.get(pk=number)).revision,
                correction_reason="Một nghiên cứu mới." if reason else "",
            )

        self._try(save)

    @rule(which=WHICH, who=WHO)
    def hand_in(self, which: int, who: str) -> None:
        def submit() -> None:
            number = self._claim(which)
            revision = drafting.draft_of(Claim.objects.get(pk=number)).revision
            drafting.submit(number, actor=self.members[who], revision=revision)

        self._try(submit)

    @rule(which=WHICH, who=WHO, rating=st.sampled_from(RATINGS), reason=st.sampled_from(["", "Một nghiên cứu mới."]))
    def prepare(self, which: int, who: str, rating: str, reason: str) -> None:
        def all_of_it() -> None:
            hand_in(Claim.objects.get(pk=self._claim(which)), self.members[who], wording(rating), reason)

        self._try(all_of_it)

    # By editors mostly able to: `publish` tries everybody, and what is never published proves nothing.
    @rule(which=WHICH, who=WHO, by=EDITORS, rating=st.sampled_from(RATINGS), reason=st.sampled_from(["", "Đã đo lại."]))
    def review(self, which: int, who: str, by: str, rating: str, reason: str) -> None:
        def all_of_it() -> None:
            number = self._claim(which)
            revision = hand_in(Claim.objects.get(pk=number), self.members[who], wording(rating), reason)
            publishing.publish(number, actor=self.members[by], revision=revision)

        self._try(all_of_it)

    @rule(which=WHICH, who=WHO, back=st.booleans(), stale=st.booleans())
    def publish(self, which: int, who: str, back: bool, stale: bool) -> None:
        def decide() -> None:
            number = self._claim(which)
            revision = drafting.draft_of(Claim.objects.get(pk=number)).revision - stale
            if back:
                publishing.send_back(number, "Thiếu nguồn.", actor=self.members[who], revision=revision)
            else:
                publishing.publish(number, actor=self.members[who], revision=revision)

        self._try(decide)

    @rule(which=WHICH, who=WHO)
    def withdraw(self, which: int, who: str) -> None:
        def propose() -> None:
            number = self._claim(which)
            revision = drafting.draft_of(Claim.objects.get(pk=number)).revision
            drafting.propose_withdrawal(number, "Nguồn đã rút lại.", actor=self.members[who], revision=revision)

        self._try(propose)

    @rule(which=WHICH, who=WHO, by=EDITORS)
    def withdraw_and_agree(self, which: int, who: str, by: str) -> None:
        def all_of_it() -> None:
            reviews = list(Review.objects.order_by("id"))
            number = reviews[which % len(reviews)].claim_id if reviews else 4711
            revision = drafting.draft_of(Claim.objects.get(pk=number)).revision
            reason = "Nguồn đã rút lại."
            draft = drafting.propose_withdrawal(number, reason, actor=self.members[who], revision=revision)
            drafting.submit(number, actor=self.members[who], revision=draft.revision)
            publishing.publish(number, actor=self.members[by], revision=draft.revision)
            Newsroom.most_withdrawn += 1

        self._try(all_of_it)

    @rule(which=WHICH, is_helpful=st.booleans())
    def judge(self, which: int, is_helpful: bool) -> None:
        answers = list(Answer.objects.order_by("id"))
        if answers:
            one = answers[which % len(answers)]
            judging.judge(one.message_id, one.pk, is_helpful=is_helpful, reason="" if is_helpful else "other_claim")

    @rule(which=WHICH, into=WHICH, who=WHO)
    def merge(self, which: int, into: int, who: str) -> None:
        self._try(lambda: claims.merge(self._claim(which), self._claim(into), actor=self.members[who]))

    @rule(which=WHICH, who=WHO, part=st.integers(0, 2))
    def split(self, which: int, who: str, part: int) -> None:
        number = self._claim(which)
        found = list(Message.objects.filter(claim=number).order_by("id").values_list("pk", flat=True))
        self._try(lambda: claims.split(number, found[part:], actor=self.members[who]))

    @rule(which=WHICH, who=WHO, undo=st.booleans())
    def dismiss(self, which: int, who: str, undo: bool) -> None:
        def both() -> None:
            batch = claims.dismiss([self._claim(which)], actor=self.members[who])
            if undo:
                claims.undo(batch, actor=self.members[who])

        self._try(both)

    @rule(which=WHICH, who=WHO, reason=st.sampled_from(Declining))
    def decline(self, which: int, who: str, reason: Declining) -> None:
        self._try(lambda: claims.decline(self._claim(which), reason, actor=self.members[who]))

    @rule(which=WHICH, who=WHO)
    def answer_with_what_is_published(self, which: int, who: str) -> None:
        review = Review.objects.order_by("id").last()
        if review is not None:
            self._try(lambda: answering.answer_with(self._claim(which), review.ref, actor=self.members[who]))

    @rule(which=WHICH, who=WHO, outcome=st.sampled_from(RequestOutcome))
    def dispute(self, which: int, who: str, outcome: RequestOutcome) -> None:
        reviews = list(Review.objects.order_by("id"))
        if not reviews:
            return
        review = reviews[which % len(reviews)]
        ref = f"r{next(self.refs):024d}"
        self._try(
            lambda: requests.request_review(review, RequestKind.DISPUTE, "Nguồn khác nói khác.", source_url="", ref=ref)
        )
        for one in ReviewRequest.objects.filter(outcome=""):
            self._try(partial(requests.decide, one.pk, outcome, "Đã xem lại hai nguồn.", actor=self.members[who]))

    @rule(which=st.integers(0, 1), is_withdrawn=st.booleans(), day=st.integers(1, 28))
    def another_publisher(self, which: int, is_withdrawn: bool, day: int) -> None:
        review = FOREIGN_ONES[which]
        dated = f"2026-02-{day:02d}"
        withdrawal = Withdrawal(1, "withdrawn", url=review.url, date=dated, why="Nguồn đã rút lại.")
        found = withdrawal if is_withdrawn else replace(review, date=dated)
        Newsroom.most_taken_off += collecting.collect([found], now=NOW).withdrawn

    @rule(which=WHICH, ours=st.booleans())
    def show_as_possible(self, which: int, ours: bool) -> None:
        """As the engine does with what is alike; the words here are either the same or strange to each other."""
        waiting = list(Message.objects.filter(state=MessageState.OPEN).order_by("id"))
        refs = list(Shelved.objects.filter(shelf=Shelf.REVIEWS, is_removed=False, ref__startswith=OWN if ours else "k"))
        if waiting and refs:
            shown, ref = waiting[which % len(waiting)], refs[which % len(refs)].ref
            is_refused = shown.answers.filter(IS_REFUSED, review_ref=ref).exists()
            if not is_refused and not shown.suggestions.filter(review_ref=ref).exists():
                shown.suggestions.create(review_ref=ref, rank=1, probability=0.6)

    @rule(which=WHICH, who=WHO)
    def answer_with_anothers(self, which: int, who: str) -> None:
        ref = FOREIGN_ONES[which % 2].id
        self._try(lambda: answering.answer_with(self._claim(which), ref, actor=self.members[who]))

    @invariant()
    def no_message_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "asked"):
            return
        states = dict(Message.objects.values_list("state").annotate(Count("pk")))
        assert sum(states.values()) == self.asked
        assert states.get(MessageState.DELETED, 0) == self.erased
        assert not Message.objects.filter(claim__state=ClaimState.MERGED).exists()

    @invariant()
    def whatever_is_published_has_two_people_and_its_sources(self) -> None:
        for version in ReviewVersion.objects.select_related("review"):
            assert version.written_by_id != version.published_by_id
            assert version.published_by.role == Role.EDITOR
            assert version.number == 1 or version.reason
            shown = version.evidence
            is_supported = len(shown) >= 2 and any(one["primary"] for one in shown)
            assert is_supported or (version.rating == "unproven" and version.search_described) or version.reason
        for review in Review.objects.all():
            numbers = list(review.versions.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nothing_published_changes(self) -> None:
        now = {one.pk: publishing.digest_of(publishing.content_of(one)) for one in ReviewVersion.objects.all()}
        before = getattr(self, "published", {})
        assert {number: now[number] for number in before} == before
        self.published = now
        Newsroom.most_published = max(Newsroom.most_published, len(now))

    @invariant()
    def the_log_only_grows(self) -> None:
        now = list(LogEntry.objects.order_by("index").values_list("leaf", flat=True))
        before = getattr(self, "leaves", [])
        assert now[: len(before)] == before
        self.leaves = now

    @invariant()
    def every_answer_is_of_a_review_that_is_there(self) -> None:
        own = {one.ref: one.versions.count() for one in Review.objects.all()}
        for answer in Answer.objects.all():
            last = own.get(answer.review_ref) or version_of_foreign(answer.review_ref)
            assert 1 <= answer.version <= last


@pytest.mark.slow
def test_asvs_18_no_order_of_deeds_breaks_a_rule(database: Database, request: pytest.FixtureRequest) -> None:
    empty = request.getfixturevalue("empty_sqlite") if database.vendor == "sqlite" else None

    class Here(Newsroom):
        place = Place(database, empty)

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    chosen = settings(
        max_examples=40, stateful_step_count=50, deadline=None, suppress_health_check=checks, database=None
    )
    Newsroom.most_published = Newsroom.most_withdrawn = Newsroom.most_taken_off = 0
    for _ in range(5):  # by chance no order may have got as far
        run_state_machine_as_test(Here, settings=chosen)
        if Newsroom.most_published and Newsroom.most_withdrawn and Newsroom.most_taken_off:
            break
    assert Newsroom.most_published
    assert Newsroom.most_withdrawn
    assert Newsroom.most_taken_off
