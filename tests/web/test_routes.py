"""Who may ask for what: every role on every route, for reading and for writing (ASVS 32, 33, 55)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from kiemchung.desk.access import may_edit, may_look_after_members, may_work
from kiemchung.desk.models import Member, Role
from tests.web.cast import Cast, signed_in
from tests.web.routes import HIDDEN, NOT_TAKEN, OPEN, REFUSED, ROUTES, SIGN_IN, WITHOUT_TOKEN
from tests.web.walking import path_of, routes

WHO = ("reader", "checker", "editor", "administrator")
# Who may write where: each on a site of its own, for it changes.
WRITERS = [(who, name) for at, who in enumerate(WHO) for name, row in ROUTES.items() if row.post[at] == OPEN]


def browser_of(who: str, stocked: Cast) -> Client:
    return signed_in(None if who == "reader" else getattr(stocked, who))


def read(response: Any) -> Any:
    """Read a response to its end, as a browser does: what is streamed has a cursor of the database open."""
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def meaning(response: Any, path: str) -> str:
    leads_to = response.headers.get("Location", "")
    is_asked = leads_to.startswith("/desk/sign-in?next=") or response.status_code == 401
    if is_asked and path.startswith("/desk/"):
        return SIGN_IN
    return {403: REFUSED, 404: HIDDEN, 405: NOT_TAKEN}.get(response.status_code, OPEN)


def test_asvs_55_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(routes()) == set(ROUTES)


@pytest.mark.parametrize("who", WHO)
def test_asvs_55_everybody_reads_what_the_table_says(who: str, stocked: Cast) -> None:
    wanted = {name: row.get[WHO.index(who)] for name, row in ROUTES.items()}
    paths = {name: path_of(name) for name in wanted}
    assert {name: meaning(read(browser_of(who, stocked).get(path)), path) for name, path in paths.items()} == wanted


@pytest.mark.parametrize("who", WHO)
def test_asvs_55_nobody_writes_where_the_table_does_not_say_so(who: str, stocked: Cast) -> None:
    said = {name: row.post[WHO.index(who)] for name, row in ROUTES.items()}
    wanted = {name: answer for name, answer in said.items() if answer != OPEN}
    paths = {name: path_of(name) for name in wanted}
    assert {name: meaning(browser_of(who, stocked).post(path), path) for name, path in paths.items()} == wanted


@pytest.mark.parametrize(("who", "name"), WRITERS)
def test_asvs_55_everybody_writes_what_the_table_says(who: str, name: str, stocked: Cast) -> None:
    path = path_of(name)
    assert meaning(browser_of(who, stocked).post(path), path) == OPEN


def test_asvs_32_nothing_is_written_without_a_token(stocked: Cast) -> None:
    client = signed_in(stocked.administrator, enforce_csrf_checks=True)
    statuses = {name: client.post(path_of(name)).status_code for name in ROUTES if name not in WITHOUT_TOKEN}
    assert {name: status for name, status in statuses.items() if status not in (403, 405)} == {}


@pytest.mark.parametrize("who", WHO)
def test_asvs_33_reading_changes_nothing(stocked: Cast, who: str) -> None:
    client = browser_of(who, stocked)
    client.get("/desk/account/application")  # begins a session where there is none
    before = contents()
    for name in ROUTES:
        read(client.get(path_of(name)))
        read(client.head(path_of(name)))
    assert contents() == before


def contents() -> dict[str, list[object]]:
    """Return all rows but those of sessions, which note when they were last used."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table != "django_session":
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
                found[table] = sorted(map(str, cursor.fetchall()))
    return found  # type: ignore[return-value]


def test_roles_may_what_their_names_say() -> None:
    table = dict.fromkeys(Role.values, (may_work, may_edit, may_look_after_members))
    allowed = {role: [may(Member(role=role)) for may in functions] for role, functions in table.items()}
    assert allowed == {
        "checker": [True, False, False],
        "editor": [True, True, False],
        "administrator": [True, True, True],
    }
    unknown = [Member(role="reader"), Member(role=""), Member(role="administrator", is_active=False)]
    assert not any(may(member) for may in (may_work, may_edit, may_look_after_members) for member in unknown)
