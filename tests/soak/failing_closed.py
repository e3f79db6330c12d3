"""Checks under random injected faults: what may be answered, what must be refused, and what must then be kept.

Whatever breaks, a listed person is never told `clear`, whatever is refused is a 503 problem that says when to ask
again, every answer that is given is the right one, kept exactly once, and asking again under the same key decides once.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest.mock import patch

from werkzeug.test import TestResponse

from registry.bootstrap import build
from registry.clock import FixedClock
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.soak.injected_faults import QUICK, SLOW, Fault, Target, broken, target_on

_LISTED = 25
_FAULTY = 0.8
_SLOW = 0.04
_BEGAN = datetime.datetime(2025, 11, 21, 2, 0, tzinfo=datetime.UTC)


@dataclass(slots=True)
class Seen:
    """What came of a run of checks under faults."""

    asked: int = 0
    answered: int = 0
    refused: int = 0
    refused_by: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    keyed: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """Return the counts of the run."""
        counts = {"checks": self.asked, "answered": self.answered, "refused": self.refused, "wrong": len(self.wrong)}
        return counts | {f"refused: {fault}": times for fault, times in sorted(self.refused_by.items())}


@dataclass(slots=True)
class _Register:
    target: Target
    clock: FixedClock
    caller: Caller
    rng: Random
    seen: Seen
    listed: int = 0

    def list_one_more(self) -> None:
        put_on_list(self.target.services, Listing(_person(self.listed)))
        self.listed += 1


def _person(number: int) -> Any:
    return person("王李张刘陈杨赵黄"[number % 8] + "示例", invented_id(number % 996, f"19{60 + number // 996}0309"))


def _subject(number: int) -> dict[str, Any]:
    who = _person(number)
    return applicant(who.name, who.documents[0].number)


def checks_under_faults(settings: Settings, seed: str, checks: int) -> Seen:
    """Ask `checks` checks of an empty register on `settings`, most of them while something is broken."""
    clock = FixedClock(_BEGAN)
    services = build(settings, clock)
    with patch("threading.excepthook"):  # a writer that dies in silence: its end is what is tested
        try:
            register = _prepared(services, clock, seed)
            while register.seen.asked < checks:
                _one_round(register)
            register.seen.wrong += _kept_wrongly(services, register.seen)
        finally:
            services.store.close()
    return register.seen


def _prepared(services: Services, clock: FixedClock, seed: str) -> _Register:
    report_fresh(services)
    key = add_client(services, "licensing 33", ClientRole.LICENSING, "33", "soak").key
    target = target_on(services)
    register = _Register(target, clock, Caller(target.app, key), Random(seed), Seen())
    for _ in range(_LISTED):
        register.list_one_more()
    return register


def _one_round(register: _Register) -> None:
    """Ask one check, mostly with something broken; then, where it was refused, again with everything mended."""
    rng, seen = register.rng, register.seen
    fault = _drawn(rng)
    if rng.random() < 0.1:  # somebody is listed whom the list in memory does not hold yet
        register.list_one_more()
    number = _asked_for(register)
    key = f"k{seen.asked}" if rng.random() < 0.4 else None
    name = fault.__name__ if fault is not None else "nothing"
    ask = _batch if rng.random() < 0.1 else _single
    with broken(register.target, fault, rng) if fault is not None else nullcontext():
        told = ask(register, number, key, name)
    if told or fault is None:
        seen.wrong += [] if told else ["refused though nothing was broken"]
        return
    before = len(seen.wrong)
    _ask_again(register, number, key, ask)
    seen.wrong[before:] = [f"{why}, after {name}" for why in seen.wrong[before:]]


def _drawn(rng: Random) -> Fault | None:
    if rng.random() >= _FAULTY:
        return None
    return rng.choice(SLOW if rng.random() < _SLOW else QUICK)


def _asked_for(register: _Register) -> int:
    """Draw a listed person (the newest often), or a stranger."""
    rng = register.rng
    if rng.random() < 0.3:
        return 30_000 + rng.randrange(900)
    return register.listed - 1 if rng.random() < 0.3 else rng.randrange(register.listed)


_Ask = Callable[["_Register", int, str | None, str], bool]


def _single(register: _Register, number: int, key: str | None, fault: str) -> bool:
    body = application(_subject(number), application_no=f"A{register.seen.asked}")
    response = register.caller.post("/v1/checks", body, **({"Idempotency-Key": key} if key else {}))
    register.seen.asked += 1
    return _judged(register, response, [number], key, fault)


def _batch(register: _Register, number: int, key: str | None, fault: str) -> bool:
    numbers = [number, *(_asked_for(register) for _ in range(2))]
    body = {"requests": [application(_subject(each)) for each in numbers]}
    response = register.caller.post("/v1/checks/batch", body, **({"Idempotency-Key": key} if key else {}))
    register.seen.asked += len(numbers)
    return _judged(register, response, numbers, key, fault)


def _judged(register: _Register, response: TestResponse, numbers: list[int], key: str | None, fault: str) -> bool:
    """Look at a response; return whether everything asked was answered."""
    seen, body = register.seen, response.get_json()
    if response.status_code != 200:
        seen.refused += len(numbers)
        seen.refused_by[fault] += len(numbers)
        seen.wrong += [f"{fault}: {why}" for why in _badly_refused(response)]
        return False
    results = body.get("results", [{"status": 200, "answer": body}])
    whole = True
    for number, result in zip(numbers, results, strict=True):
        if result["status"] == 200:
            _answered(register, number, result["answer"], fault)
        else:
            whole = False
            _refused_in_a_batch(register, result, fault)
    if key is not None:
        seen.keyed.append(key)
    return whole


def _answered(register: _Register, number: int, answer: dict[str, Any], fault: str) -> None:
    register.seen.answered += 1
    register.seen.acknowledged.append(answer["check_no"])
    right = "block" if number < register.listed else "clear"
    if answer["verdict"] != right:
        register.seen.wrong.append(f"{fault}: {answer['verdict']} instead of {right}")


def _refused_in_a_batch(register: _Register, result: dict[str, Any], fault: str) -> None:
    register.seen.refused += 1
    register.seen.refused_by[fault] += 1
    if result["status"] != 503 or result["problem"]["next_step"]["code"] != "retry" or "answer" in result:
        register.seen.wrong.append(f"{fault}: a result of a batch that is neither an answer nor a 503")


def _badly_refused(response: TestResponse) -> Iterator[str]:
    problem = response.get_json()
    if response.status_code != 503:
        yield f"status {response.status_code} {problem.get('code')}"
    if response.content_type != "application/problem+json":
        yield f"not a problem: {response.content_type}"
    if not response.headers.get("Retry-After", "").isdigit():
        yield "no Retry-After"
    if "verdict" in problem or '"clear"' in response.get_data(as_text=True):
        yield "a refusal that states a verdict"


def _ask_again(register: _Register, number: int, key: str | None, ask: _Ask) -> None:
    """Ask again with everything mended: answered at once, or once the claim that was left behind has lapsed."""
    if key is not None and ask is _single:
        with _same_request(register):
            again = _single_or_in_progress(register, number, key)
        if again:
            return
        register.clock.advance(datetime.timedelta(seconds=61))
        with _same_request(register):
            if not ask(register, number, key, "nothing"):
                register.seen.wrong.append("refused though everything was mended")
        return
    if not ask(register, number, None, "nothing"):
        register.seen.wrong.append("refused though everything was mended")


@contextmanager
def _same_request(register: _Register) -> Iterator[None]:
    """Let the next request be the same as the last: it bears its number."""
    register.seen.asked -= 1
    yield


def _single_or_in_progress(register: _Register, number: int, key: str) -> bool:
    body = application(_subject(number), application_no=f"A{register.seen.asked}")
    response = register.caller.post("/v1/checks", body, **{"Idempotency-Key": key})
    register.seen.asked += 1
    if response.status_code == 409 and response.get_json()["code"] == "idempotency_in_progress":
        return False
    return _judged(register, response, [number], key, "nothing")


def _kept_wrongly(services: Services, seen: Seen) -> list[str]:
    """Name every acknowledged answer that is not kept exactly once with exactly one entry of the ledger."""
    with services.store.read() as uow:
        decisions = Counter(
            json.loads(kept.answer)["check_no"] for kept in uow.decisions.since(_BEGAN - datetime.timedelta(days=1))
        )
        entries = Counter(
            entry.facts["check_no"] for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.CHECK_DECIDED
        )
    found = [f"kept {decisions[each]} times" for each in seen.acknowledged if decisions[each] != 1]
    found += [f"recorded {entries[each]} times" for each in seen.acknowledged if entries[each] != 1]
    found += ["a decision without its entry, or an entry without its decision"] * (decisions != entries)
    found += [f"an answer given {times} times" for times in Counter(seen.acknowledged).values() if times > 1]
    return found
