"""After a withdrawal: whoever asks the same again is told of it, is not called the first, and the desk sees it too."""

from __future__ import annotations

from kiemchung.desk import drafting, publishing
from kiemchung.desk.dossier import dossier_of
from kiemchung.desk.models import Claim, Message, ReviewVersion
from kiemchung.desk.queue import Pile, queue
from kiemchung.desk.reading import ticket_of
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording, work

BRIDGE = "Cầu Ánh Dương ở xã Hoa Mai sắp bị dỡ bỏ"


def withdraw(desk: Desk, claim: Claim) -> ReviewVersion:
    revision = drafting.draft_of(claim).revision
    draft = drafting.propose_withdrawal(claim.pk, "Nguồn chính đã rút lại.", actor=desk.linh, revision=revision)
    drafting.submit(claim.pk, actor=desk.linh, revision=draft.revision)
    version = publishing.publish(claim.pk, actor=desk.an, revision=draft.revision)
    work()
    return version


def published(desk: Desk, message: Message) -> Claim:
    assert message.claim is not None
    publish(message.claim, desk.linh, desk.an)
    return message.claim


def test_whoever_asks_again_reads_that_it_was_withdrawn_and_how_many_asked_before(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    ask(TAMARIND)
    version = withdraw(desk, claim)
    ticket = ticket_of(ask(TAMARIND.upper()))
    assert (ticket.message.state, ticket.withdrawn, ticket.others) == ("open", version, 2)


def test_other_words_hear_nothing_of_it(desk: Desk) -> None:
    withdraw(desk, published(desk, ask(TAMARIND)))
    ticket = ticket_of(ask(BRIDGE))
    assert (ticket.withdrawn, ticket.others) == (None, 0)


def test_the_desk_sees_it_among_the_open_claims_and_at_the_claim(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    other = ask(BRIDGE).claim
    assert other is not None
    publish(other, desk.linh, desk.an, wording(claim_reviewed=BRIDGE, title="Cầu không bị dỡ"))
    version = withdraw(desk, claim)
    rows = {
        pile: [(row.claim.pk, row.is_withdrawn) for row in queue(pile).rows] for pile in (Pile.OPEN, Pile.PUBLISHED)
    }
    assert rows == {Pile.OPEN: [(claim.pk, True)], Pile.PUBLISHED: [(other.pk, False)]}
    assert ask(TAMARIND).claim == claim
    assert dossier_of(claim.pk).withdrawn == version


def test_a_review_that_is_published_anew_after_its_withdrawal_is_not_withdrawn(desk: Desk) -> None:
    claim = published(desk, ask(TAMARIND))
    withdraw(desk, claim)
    correct(claim, desk.linh, desk.an, wording(summary="Viết lại từ nguồn khác hẳn."), "Có nguồn mới.")
    assert [row.is_withdrawn for row in queue(Pile.PUBLISHED).rows] == [False]
