"""Secrets of second factors, each sealed for its member: in the row of another one it opens nothing."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models.signals import post_init, pre_save
from django.dispatch import receiver

from kiemchung.desk import sealing

_OF_ANYBODY = "second factor"  # until a row is saved; rows from before are sealed for it until they are used
_SECRETS = ("secret", "seed")


class _Owned(str):
    """A sealed secret that knows in whose row it lies."""

    __slots__ = ("member_id",)
    member_id: int


def purpose(member_id: int) -> str:
    """Return for what the secrets of a member are sealed."""
    return f"second factor of member {member_id}"


def sealed(text: str) -> str:
    """Return a secret as it is until its row, which says whose it is, is saved."""
    return sealing.seal(text, _OF_ANYBODY)


def opened(stored: str) -> str:
    """Return a stored secret. Raises `SealedError`, also for one that was sealed for another member."""
    if isinstance(stored, _Owned):
        try:
            return sealing.opened(stored, purpose(stored.member_id))
        except sealing.SealedError:
            pass
    return sealing.opened(stored, _OF_ANYBODY)


@receiver(post_init, sender=Authenticator)
def _tell_whose(instance: Authenticator, **_: Any) -> None:
    for name in _SECRETS:
        if "data" in instance.__dict__ and isinstance(instance.data.get(name), str):
            owned = _Owned(instance.data[name])
            owned.member_id = instance.user_id
            instance.data[name] = owned


@receiver(pre_save, sender=Authenticator)
def _seal_for_owner(instance: Authenticator, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    changed = {}
    for name in _SECRETS:
        stored = instance.data.get(name)
        if isinstance(stored, str) and stored.startswith(sealing.FORM):
            try:
                text = sealing.opened(stored, _OF_ANYBODY)
            except sealing.SealedError:  # sealed for somebody already, or with another key
                continue
            changed[name] = sealing.seal(text, purpose(instance.user_id))
    if changed:
        instance.data = {**instance.data, **changed}
        _tell_whose(instance)
        if update_fields is not None and "data" not in update_fields:
            Authenticator.objects.filter(pk=instance.pk).update(data=instance.data)
