"""The words of the desk for what the record keeps as codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kiemchung.desk.forgetting import is_forgotten
from kiemchung.desk.models import (
    Claim,
    ClaimDeed,
    ClaimState,
    Declining,
    MessageKind,
    PageKind,
    RequestKind,
    RequestOutcome,
    Role,
    Selection,
    Speaker,
    TakingBack,
    Unhelpful,
    VersionKind,
)
from kiemchung.desk.queue import Order, Pile
from kiemchung.engine.text.personal_data import Kind

Words = Mapping[str, str | Promise]

STATES: Words = {
    ClaimState.OPEN: pgettext_lazy("claim", "Open"),
    ClaimState.PUBLISHED: pgettext_lazy("claim", "Published"),
    ClaimState.DECLINED: pgettext_lazy("claim", "Declined"),
    ClaimState.DISMISSED: pgettext_lazy("claim", "Dismissed"),
    ClaimState.MERGED: pgettext_lazy("claim", "Merged"),
    ClaimState.ANSWERED: pgettext_lazy("claim", "Answered"),
}
PILES: Words = {
    Pile.OPEN: pgettext_lazy("pile", "Open"),
    Pile.HANDED_IN: pgettext_lazy("pile", "Handed in"),
    Pile.PUBLISHED: pgettext_lazy("pile", "Published"),
    Pile.ANSWERED: pgettext_lazy("pile", "Answered"),
    Pile.DECLINED: pgettext_lazy("pile", "Declined"),
    Pile.DISMISSED: pgettext_lazy("pile", "Dismissed"),
}
ORDERS: Words = {
    Order.URGENT: _("Most urgent"),
    Order.DEMAND: _("Most asked"),
    Order.NEWEST: _("Newest"),
}
SELECTIONS: Words = {
    Selection.HARM: _("It can do harm"),
    Selection.REACH: _("It spreads widely"),
    Selection.REQUESTS: _("Many people ask"),
    Selection.CHECKABILITY: _("It can be checked well"),
}
DECLININGS: Words = {
    Declining.OPINION: _("It is an opinion"),
    Declining.NOT_CHECKABLE: _("It cannot be checked by anybody"),
    Declining.NO_EVIDENCE_REACHABLE: _("We cannot reach the evidence"),
    Declining.PRIVATE_MATTER: _("It is a private matter"),
    Declining.TOO_SMALL: _("It concerns too few people"),
}
DEEDS: Words = {
    ClaimDeed.MERGED: _("merged it into another claim"),
    ClaimDeed.SPLIT: _("split some messages off"),
    ClaimDeed.RESTATED: _("restated it"),
    ClaimDeed.DISMISSED: _("dismissed it"),
    ClaimDeed.DECLINED: _("declined it"),
    ClaimDeed.REOPENED: _("brought it back"),
    ClaimDeed.SELECTED: _("chose it to be checked"),
    ClaimDeed.ANSWERED: _("answered with a published review"),
    ClaimDeed.SENT_BACK: _("sent the draft back"),
}
TAKINGS_BACK: Words = {
    TakingBack.PERSONAL_DATA: _("It shows a private person, or something about one"),
    TakingBack.RIGHTS_OF_OTHERS: _("Others have rights to it"),
    TakingBack.WRONG_FILE: _("It is the wrong file"),
}
ROLES: Words = {
    Role.CHECKER: _("Checker"),
    Role.EDITOR: _("Editor"),
    Role.ADMINISTRATOR: _("Administrator"),
}
SPEAKERS: Words = {
    "": _("nobody is named: a message that is passed on"),
    Speaker.PUBLIC_BODY: _("a public body"),
    Speaker.OFFICEHOLDER: _("an officeholder, speaking in office"),
}
MESSAGE_KINDS: Words = {
    MessageKind.TEXT: _("text"),
    MessageKind.PICTURE: _("picture"),
    MessageKind.SOUND: _("sound"),
    MessageKind.VIDEO: _("video"),
}
VERSIONS: Words = {
    VersionKind.FIRST: _("published it"),
    VersionKind.CORRECTION: _("published a correction"),
    VersionKind.WITHDRAWAL: _("withdrew it"),
}
UNHELPFUL: Words = {
    Unhelpful.OTHER_CLAIM: _("It is about another claim"),
    Unhelpful.UNCLEAR: _("It is unclear"),
    Unhelpful.OUTDATED: _("It is outdated"),
    Unhelpful.NOT_CONVINCED: _("It does not convince"),
}
REQUESTS: Words = {
    RequestKind.CORRECTION: _("Correction"),
    RequestKind.DISPUTE: _("Dispute"),
}
OUTCOMES: Words = {
    RequestOutcome.CORRECTED: _("The review is corrected"),
    RequestOutcome.CLARIFIED: _("The review is made clearer"),
    RequestOutcome.WITHDRAWN: _("The review is withdrawn"),
    RequestOutcome.UPHELD: _("The review stays as it is"),
}
PAGES: Words = {
    PageKind.ABOUT: pgettext_lazy("page", "About us"),
    PageKind.FUNDING: pgettext_lazy("page", "Funding"),
    PageKind.PEOPLE: pgettext_lazy("page", "People"),
    PageKind.CONTACT: pgettext_lazy("page", "Contact"),
    PageKind.METHOD: pgettext_lazy("page", "Method"),
    PageKind.CORRECTIONS: pgettext_lazy("page", "Corrections"),
    PageKind.INDEPENDENCE: pgettext_lazy("page", "Independence"),
}
ABOUT_PAGES: Words = {
    PageKind.ABOUT: _("Who you are, since when, and what you check."),
    PageKind.FUNDING: _("Where the money comes from, and whoever gives more than a twentieth of it."),
    PageKind.PEOPLE: _("Who owns and who runs the desk; who writes and who publishes."),
    PageKind.CONTACT: _("How readers, and those whom a review concerns, reach a person."),
    PageKind.METHOD: _("How claims are chosen, what counts as evidence, what each rating means."),
    PageKind.CORRECTIONS: _("How to ask for a correction, by when you answer, where to complain."),
    PageKind.INDEPENDENCE: _("That no party, authority or political body runs the desk; how conflicts are dealt with."),
}
FIELDS: Words = {
    "claim_reviewed": _("Claim"),
    "title": _("Title"),
    "rating": _("Rating"),
    "summary": _("Summary"),
    "body": _("Text"),
    "lang": _("Language"),
    "appearance": _("Where it was seen"),
    "speaker": _("Who said it"),
    "said_in_office": _("Said in office by"),
    "office": _("Office"),
    "search_described": _("What was searched"),
    "correction_reason": _("Why there is a new version"),
    "evidence": _("Sources"),
}
PERSONAL: Words = {
    Kind.PHONE: _("telephone number"),
    Kind.EMAIL: _("e-mail address"),
    Kind.IDENTITY: _("identity number"),
    Kind.PASSPORT: _("passport number"),
    Kind.CARD: _("card number"),
    Kind.ACCOUNT: _("account number"),
    Kind.TAX: _("tax number"),
    Kind.INSURANCE: _("insurance number"),
}
MISSING: Words = {
    "claim_reviewed": _("the claim, in one sentence"),
    "title": _("a title"),
    "summary": _("a summary"),
    "body": _("the text"),
    "rating": _("a rating"),
    "selection": _("the reason why this claim is checked"),
    "correction_reason": _("the reason for the new version"),
    "speaker": _("who said it: a body by its name, an officeholder by name and office, or nobody"),
    "evidence": _("two sources, one of them primary (or, for “unproven”, what was searched)"),
    "no_personal_data": _("claim, title and summary without anybody’s telephone, e-mail, identity or account number"),
    **{
        f"page_{kind}": words
        for kind, words in {
            PageKind.ABOUT: _("the page about the desk"),
            PageKind.FUNDING: _("the page about funding"),
            PageKind.PEOPLE: _("the page about people"),
            PageKind.CONTACT: _("the contact page"),
            PageKind.METHOD: _("the page about the method"),
            PageKind.CORRECTIONS: _("the page about corrections"),
            PageKind.INDEPENDENCE: _("the page about independence"),
        }.items()
    },
}


def stated(claim: Claim) -> str:
    """Return what a claim says; where it has no words, why and when it was first sent, in the language of who reads."""
    if claim.statement:
        return claim.statement
    time = date_format(localtime(claim.opened_at), "SHORT_DATETIME_FORMAT")
    if is_forgotten(claim):
        return gettext("Claim without words: its messages were deleted. First sent %(time)s") % {"time": time}
    return gettext("Picture, sound or video without words, %(time)s") % {"time": time}
