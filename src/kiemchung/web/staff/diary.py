"""Who signed in and who was refused, in the operator's log: a line each, with the number of the member (ASVS 71).

What was typed is not in it: people type passwords into the wrong field.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

logger = logging.getLogger("kiemchung.web.staff")


@receiver(user_logged_in)
def _signed_in(user: Any, **_: Any) -> None:
    logger.info("signed in: member %d", user.pk)


@receiver(user_logged_out)
def _signed_out(user: Any, **_: Any) -> None:
    if user is not None:
        logger.info("signed out: member %d", user.pk)


@receiver(user_login_failed)
def _failed(**_: Any) -> None:
    logger.warning("sign-in failed: user name and password do not belong together")


@receiver(authentication_failed)
def _code_failed(user: Any, **_: Any) -> None:
    logger.warning("sign-in failed: wrong second factor of member %d", user.pk)


@receiver(authenticator_added)
def _added(user: Any, authenticator: Any, **_: Any) -> None:
    logger.info("second factor added: member %d, %s", user.pk, authenticator.type)


@receiver(authenticator_removed)
def _removed(user: Any, authenticator: Any, **_: Any) -> None:
    logger.info("second factor removed: member %d, %s", user.pk, authenticator.type)
