"""The index of protected organisations: names in, the organisation each may imitate out, in batches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kiemchung.engine.errors import InputError
from kiemchung.engine.lookalikes.addresses import ADDRESSES, MOST_HOST, MOST_NAME, Address, Kind, kind_of, parse_address
from kiemchung.engine.lookalikes.aliases import Alias, aliases_of
from kiemchung.engine.lookalikes.candidates import Candidates, Found
from kiemchung.engine.lookalikes.features import FEATURES, page_path
from kiemchung.engine.lookalikes.judging import Allowed, Claimed, Posed, claims_beside, claims_of, preference
from kiemchung.engine.lookalikes.names import NAME_FEATURES, NameEvidence
from kiemchung.engine.lookalikes.naming import NameJudge
from kiemchung.engine.lookalikes.normalise import read, tricks
from kiemchung.engine.lookalikes.publishing import account_in, is_published
from kiemchung.engine.lookalikes.reasons import address_reasons, name_reasons, posing_reasons
from kiemchung.engine.lookalikes.score import Model, shipped_model
from kiemchung.engine.lookalikes.suffixes import is_top_level
from kiemchung.engine.types import Lookalike, Organisation, Reason

_PLAIN_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.([a-z][a-z-]*)")
_BATCH = 8192
Judged = tuple[int, float, tuple[Reason, ...]] | None  # the organisation's place, the probability, why
_POSING = 3  # a host with so many may have another's in front
_SAID = 0.02  # below this no reasons are worked out
# The probability of what looks like an official domain letter by letter and is another: set, not fitted, for the dev
# parts have one such scam and, among 138,396 harmless names (4,527 of them with other letters than ASCII), none.
SAME_LOOK = 0.98
# From which probability the account in a link warns: 39 of 39 imitating handles of `names_vi` (dev, fitted) as links
# and 0 of 43 others, as from .5; but well-known pages that no registry names (`evnhanoi`, `FPTShop`, `VTV24`) have .64.
ACCOUNT = 0.75


@dataclass(frozen=True, slots=True)
class Models:
    """The two models: of addresses and of names."""

    address: Model
    name: Model


def shipped_models() -> Models:
    """Return the models that ship."""
    return Models(shipped_model("address", FEATURES), shipped_model("name", NAME_FEATURES))


class LookalikeIndex:
    """Says of names which organisation they may imitate, how probably, and why.

    Made once from organisations (about .4 s for 500); after that it is only read, and may be shared by threads. Nothing
    is looked up outside. `models` is for training; leave it out.

    >>> bank = Organisation("vcb", "Vietcombank", domains=("vietcombank.com.vn",), country="VN", category="bank")
    >>> index = LookalikeIndex([bank])
    >>> found = index.score_many(["vietcombank-diemthuong.top", "vietcombank.com.vn", "example.org"])
    >>> [(one.organisation_id, one.is_alert) for one in found]
    [('vcb', True), ('vcb', False), ('', False)]
    """

    def __init__(self, organisations: Sequence[Organisation], *, models: Models | None = None) -> None:
        if not organisations:
            raise InputError(
                "There is no organisation to protect. Give at least one.",
                "Không có tổ chức nào để bảo vệ. Hãy đưa ít nhất một tổ chức.",
            )
        self.organisations = tuple(organisations)
        self._read = tuple(map(_as_read, self.organisations))
        self.aliases: list[Alias] = aliases_of(self._read)
        self._candidates = Candidates([alias.text for alias in self.aliases])
        self._allowed = Allowed(self.organisations)
        self._models = models or shipped_models()

    @cached_property
    def _names(self) -> NameJudge:
        """What only names need: made when the first comes, which a list of hosts never brings."""
        return NameJudge(self.organisations, self.aliases, self._candidates)

    @cached_property
    def _posed(self) -> Posed:
        """What only hosts of many labels need."""
        return Posed(self.aliases, self._read)

    def score_many(
        self,
        names: Iterable[str],
        *,
        kind: Kind | str | None = None,
        threshold: float | None = None,
        explain: bool = True,
    ) -> list[Lookalike]:
        """Return one result a name, in their order: the likeliest organisation, its probability and the reasons.

        `kind` says what all names are (see `Kind`; default: each is looked at). `threshold` (0-1) decides `is_alert`;
        by default the one the models were measured with, which is not the same for addresses and names. Without
        `explain` there are no reasons, which is a little faster. What resembles no organisation has an empty
        organisation and probability 0; the organisation's own names and domains have probability 0 and the reason
        `official`. Never raises for a name, whatever it holds; `InputError` for an unknown kind or a threshold outside
        0-1. A name's result does not depend on the others. 20 to 50 microseconds a host in batches of thousands.
        """
        if threshold is not None and not 0 <= threshold <= 1:
            raise InputError(
                f"The threshold {threshold} is not a probability. Give a number from 0 to 1.",
                f"Ngưỡng {threshold} không phải xác suất. Hãy đưa một số từ 0 đến 1.",
            )
        given = kind_named(kind) if kind is not None else None
        listed = list(names)
        results: list[Lookalike] = []
        for begin in range(0, len(listed), _BATCH):
            results += self._batch(listed[begin : begin + _BATCH], given, threshold, explain)
        return results

    def score(self, name: str, *, kind: Kind | str | None = None, threshold: float | None = None) -> Lookalike:
        """Return `score_many` of one name. For more than a few names call `score_many`."""
        return self.score_many([name], kind=kind, threshold=threshold)[0]

    def _batch(
        self, names: Sequence[str], kind: Kind | None, threshold: float | None, explain: bool
    ) -> Iterator[Lookalike]:
        kinds = [kind or self._kind(name) for name in names]
        at_addresses = [at for at, one in enumerate(kinds) if one in ADDRESSES]
        at_names = [at for at, one in enumerate(kinds) if one not in ADDRESSES]
        judged = dict(zip(at_addresses, self._hosts([names[at] for at in at_addresses], explain), strict=True))
        others = [(names[at], kinds[at]) for at in at_names]
        judged |= zip(at_names, self._others(others, explain), strict=True)
        limits = {True: self._models.address.threshold, False: self._models.name.threshold}
        spelled = {one: one.value for one in Kind}
        for at, (name, one) in enumerate(zip(names, kinds, strict=True)):
            result = judged[at]
            if result is None:
                yield Lookalike(name, spelled[one], "", 0.0)
                continue
            place, probability, reasons = result
            limit = limits[one in ADDRESSES] if threshold is None else threshold
            organisation = self.organisations[place].id
            is_official = any(reason.code in ("official", "affiliated") for reason in reasons)
            is_alert = probability >= limit and not is_official
            yield Lookalike(name, spelled[one], organisation, probability, reasons, is_alert)

    def _kind(self, name: str) -> Kind:
        plain = _PLAIN_HOST.fullmatch(name) if len(name) <= MOST_HOST else None
        is_host = plain and (is_top_level(plain[1]) or self._allowed.is_suffix(plain[1]))
        if is_host:
            return Kind.HOST
        kind = kind_of(name)
        return Kind.HOST if kind in (Kind.HANDLE, Kind.SENDER) and self._is_under_own_suffix(name) else kind

    def _is_under_own_suffix(self, name: str) -> bool:
        """Return whether a name with a dot, however written, ends in a top-level domain that an organisation owns."""
        left, _, label = read(name[:MOST_NAME]).strip().rstrip(".").rpartition(".")
        return bool(left) and self._allowed.is_suffix(label)

    # addresses

    def _hosts(self, names: Sequence[str], explain: bool) -> Iterator[Judged]:
        addresses = [None if _is_plain_host(name) else parse_address(name) for name in names]
        texts = [name if address is None else address.host for name, address in zip(names, addresses, strict=True)]
        for name, address, found in zip(names, addresses, self._candidates.find(texts), strict=True):
            host = address.host if address else name
            if host.count(".") >= _POSING:
                found += self._posed.found_in(host)
            if found or address:
                yield self._judge_address(name, address or parse_address(name), found, explain)
            else:
                yield None

    def _judge_address(self, name: str, address: Address, found: list[Found], explain: bool) -> Judged:
        owner = self._allowed.owner(address.opened)
        if owner and address.broken:
            # What no browser opens is nobody's address, whatever is written in it.
            return owner[0], 0.0, (Reason("opens_nothing", (address.broken,)),)
        if owner and not is_published(address, owner[2]):
            return owner[0], 0.0, (Reason(owner[1]),)
        posing = self._allowed.posing(address)
        if posing:
            return posing[0], SAME_LOOK, posing_reasons(address, posing[1], tricks(name)) if explain else ()
        account = self._account(address)
        if account and account[1] >= ACCOUNT:
            return account if explain else (*account[:2], ())
        is_tricked = bool(found) and (bool(tricks(name)) or not _is_plain(name))
        claims = self._claims(address, [] if owner else found, is_tricked=is_tricked)
        # What somebody publishes at an organisation's own domain does not imitate that organisation by the domain.
        claims = [claim for claim in claims if not owner or claim.alias.organisation != owner[0]]
        return self._likeliest(name, address, claims, explain) if claims else None

    def _likeliest(self, name: str, address: Address, claims: list[Claimed], explain: bool) -> Judged:
        model = self._models.address
        scored = [(model.logit(one.evidence.values), one) for one in claims]
        logit, best = scored[0]
        if len(scored) > 1:
            _, best = max(scored, key=lambda pair: pair[0] + preference(pair[1], self.organisations, address))
            logit = max(one for one, claim in scored if claim.alias.organisation == best.alias.organisation)
        probability = model.of_logit(logit)
        place = best.alias.organisation
        reasons: tuple[Reason, ...] = ()
        if explain and probability >= _SAID:
            organisation = self.organisations[place]
            reasons = address_reasons(name, address, best.alias, organisation, best.evidence, best.place, tricks(name))
        return place, probability, reasons

    def _account(self, address: Address) -> Judged:
        """Return what the account in a link to a site of accounts passes for, judged as a handle is."""
        account = account_in(address)
        found = next(self._others([(account, Kind.HANDLE)], explain=True)) if account else None
        if not found or not found[1]:
            return None
        place, probability, reasons = found
        return place, probability, (Reason("name_in_path", (account, address.registered)), *reasons)

    def _claims(self, address: Address, found: list[Found], *, is_tricked: bool) -> list[Claimed]:
        claims = list(claims_of(address, found, self.aliases, self._read, tricked=is_tricked))
        for place, text in (
            ("path", "/".join(page_path(address.path))),
            ("user", address.user),
            ("at", address.after_at),
        ):
            if text:
                beside = self._candidates.find([text])[0]
                claims += claims_beside(address, beside, self.aliases, self._read, place)
        return claims

    def claims_of_addresses(self, names: Sequence[str]) -> list[list[Claimed]]:
        """Return for each host or link what it may imitate, with the evidence (for training and tests)."""
        addresses = [parse_address(name) for name in names]
        found = self._candidates.find([address.host for address in addresses])
        return [
            []
            if self._allowed.owner(address.opened)
            else self._claims(address, one, is_tricked=bool(tricks(name)) or not _is_plain(name))
            for name, address, one in zip(names, addresses, found, strict=True)
        ]

    # display names, handles, senders, titles

    def _others(self, given: Sequence[tuple[str, Kind]], explain: bool) -> Iterator[Judged]:
        model = self._models.name
        if not given:
            return
        for (name, _), (owner, evidences) in zip(given, self.evidence_of_names(given), strict=True):
            if owner is not None:
                yield owner, 0.0, (Reason("official"),)
                continue
            if not evidences:
                yield None
                continue
            scored = [(model.logit(evidence.values), alias, evidence) for alias, evidence in evidences]
            logit, alias, evidence = max(scored, key=_name_preference)
            probability = model.of_logit(logit)
            is_said = explain and probability >= _SAID
            yield alias.organisation, probability, name_reasons(name[:MOST_NAME], alias, evidence) if is_said else ()

    def evidence_of_names(
        self, given: Sequence[tuple[str, Kind]]
    ) -> Iterator[tuple[int | None, list[tuple[Alias, NameEvidence]]]]:
        """Return for each name whose own it is, or what it may imitate with the evidence (for training and tests)."""
        return self._names.judge([(name[:MOST_NAME], read(name[:MOST_NAME]), kind) for name, kind in given])


def kind_named(kind: Kind | str) -> Kind:
    """Return a kind by its name. Raises `InputError` for another name.

    >>> kind_named("display-name").value
    'display_name'
    """
    try:
        return Kind(kind.replace("-", "_"))
    except ValueError:
        names = ", ".join(one.value for one in Kind)
        raise InputError(
            f"{kind!r} is no kind of name. Give one of {names}.",
            f"{kind!r} không phải một loại tên. Hãy chọn một trong {names}.",
        ) from None


def _as_read(organisation: Organisation) -> Organisation:
    """Return an organisation with its domains folded, as addresses are: only `Allowed` needs every mark of them."""
    domains = tuple(map(read, organisation.domains))
    return organisation if domains == organisation.domains else replace(organisation, domains=domains)


def _is_plain_host(name: str) -> bool:
    return len(name) <= MOST_HOST and "xn--" not in name and _PLAIN_HOST.fullmatch(name) is not None


def _is_plain(name: str) -> bool:
    """Return whether a host has ASCII letters only, also after Punycode: any other letter is there to be overlooked."""
    return name.isascii() and "xn--" not in name.lower()


def _name_preference(scored: tuple[float, Alias, NameEvidence]) -> float:
    """Return what orders the organisations that a name may pass for: second-hand names give way."""
    logit, alias, _ = scored
    return logit + 0.05 * len(alias.text) - 1.5 * (alias.origin in ("other", "nick", "core"))
