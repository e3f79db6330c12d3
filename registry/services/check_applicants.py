"""Check the people and organisations of an application against the list, and keep the answer before it is given.

`judge` is the judgement of one subject, shared with bulk screening so that both doors give the same verdict.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.index import Hit
from registry.errors import (
    FieldFault,
    InsufficientIdentityError,
    OutOfPurposeError,
    OutOfRegionError,
    RegistryError,
    UnavailableError,
    UnforeseenError,
)
from registry.law.ban import bars
from registry.law.roles import Region
from registry.law.verdict import Coverage, Verdict, coverage_of, judge_check, judge_match, judge_subject
from registry.services.admit_applicants import CheckRequest, SubjectRequest, faults_of
from registry.services.answer_check import (
    Circumstances,
    Face,
    Json,
    Match,
    SubjectAnswer,
    compose_coverage,
    compose_subjects,
    instant,
)
from registry.services.apply_clearances import apply_clearances, in_question
from registry.services.each_alone import Alone
from registry.services.hold_application import Whose, new_case
from registry.services.record_answers import Decided, Journal, Settled, new_check_no
from registry.services.rules_in_force import FollowedRules
from registry.store.change_repository import ListState
from registry.store.client_repository import Client, ClientRole
from registry.store.idempotency_repository import StoredResponse
from registry.store.rule_repository import Adopted
from registry.store.standing import Standing

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.list_index import IndexView, ListIndex
    from registry.store.unit_of_work import UnitOfWork


class CheckDesk:
    """What a process answers checks with: its services, its copy of the list, and the way to durable answers."""

    def __init__(self, services: Services, index: ListIndex, journal: Journal) -> None:
        self._rules = FollowedRules(services, index)
        self.index = index
        self.journal = journal

    @property
    def services(self) -> Services:
        """The services, with the model and policy that were in force at this process's last look."""
        return self._rules.services

    def caller(self, key_hash: bytes) -> Standing:
        """Return who a key belongs to, once the rules in force are taken up, for acts that judge no applicant.

        Raises as `Store.standing` does.
        """
        standing = self.services.store.standing(key_hash)
        self.take_up(standing.adopted)
        return standing

    def take_up(self, adopted: Adopted) -> None:
        """Judge by what was adopted from here on; raises as `rules_in_force` does."""
        self._rules.follow(adopted)

    def standing(self, key_hash: bytes) -> Standing:
        """Return who a key belongs to and how the list stands; raises as `Store.standing` does.

        Where another model or policy was adopted since, this process judges by it from here on.

        Raises HistoryChangedError where the store is not of the history of the list in memory: a backup was brought
        back under this process, or the list was rewound.
        """
        before = self.index.version
        standing = self.services.store.standing(key_hash)
        self.index.require_same_history(before, standing.list)
        self._rules.follow(standing.adopted)
        return standing


def judge(services: Services, view: IndexView, subject: SubjectRequest, about: Circumstances) -> SubjectAnswer:
    """Return the verdict on one subject against the list as `view` holds it; nothing is written."""
    hits = view.search(subject.identity, services.policy.least_millibits)
    return judge_hits(services, view, hits, subject, about)


def judge_hits(
    services: Services, view: IndexView, hits: Sequence[Hit], subject: SubjectRequest, about: Circumstances
) -> SubjectAnswer:
    """Return the verdict on one subject given whom the index found for it (bulk screening searches in batches)."""
    found = (_match(services, view, hit, subject, about) for hit in hits)
    matches = tuple(sorted((match for match in found if match is not None), key=_strictest_first))
    verdict = judge_subject(services.policy, (match.verdict for match in matches), about.coverage)
    return SubjectAnswer(subject.subject_no, verdict, matches)


def _match(
    services: Services, view: IndexView, hit: Hit, subject: SubjectRequest, about: Circumstances
) -> Match | None:
    ban = view.subject(hit.subject)
    barring = bars(services.law, ban.bases, about.purpose, subject.role, about.region, about.day, subject.identity.kind)
    verdict = judge_match(services.policy, hit.comparison, barring, about.purpose)
    if verdict is Verdict.CLEAR:
        return None
    rows = dict(zip(ban.bases, ban.record_nos, strict=True))
    record_nos = dict.fromkeys(number for each in barring for number in rows[each.basis])
    face = Face.of(hit.identity)
    return Match(ban.ban_no, ban.kind, verdict, face, hit.comparison, tuple(barring), tuple(record_nos), hit.identity)


def _strictest_first(match: Match) -> tuple[int, int, str]:
    return -match.verdict.strictness, -match.comparison.millibits, match.ban_no


def coverage_now(services: Services, uow: UnitOfWork) -> tuple[Coverage, ...]:
    """Return how fresh each region's part of the list is at this instant."""
    return _coverage(services, uow.coverage.as_of(), uow.coverage.valid_for())


def _coverage(
    services: Services, as_of: Mapping[str, datetime.datetime], valid_for: Mapping[str, datetime.timedelta]
) -> tuple[Coverage, ...]:
    known = {Region(region): at for region, at in as_of.items()}
    stated = {Region(region): span for region, span in valid_for.items()}
    return coverage_of(services.policy, known, services.clock.now(), stated)


def check_applicants(
    desk: CheckDesk, state: ListState, client: Client, requests: Sequence[CheckRequest | RegistryError]
) -> list[Decided | RegistryError]:
    """Judge each request of a client as of this state of the list or a later one; nothing is kept yet.

    A request that cannot be taken comes back as its error (what is missing, or not this client's region) and has
    no decision; one that fails as nobody foresaw comes back as UnforeseenError. Raises UnavailableError where list,
    store or keys fail: then there is no answer at all. Between two requests other checks of this process get in.
    """
    services = desk.services
    coverage = _coverage(services, state.as_of, state.valid_for)

    def result(request: CheckRequest | RegistryError) -> Decided | RegistryError:
        if isinstance(request, RegistryError):
            return request
        refusal = _refusal(client, request, services.clock.today())
        if refusal is not None:
            return refusal
        return _decided_alone(_Judging(services, desk.index, state.version, client, coverage), request)

    return [result(request) for request in requests]


@dataclass(frozen=True, slots=True)
class _Judging:
    """What the requests of one call are judged with: one model and policy, whatever is adopted meanwhile."""

    services: Services
    index: ListIndex
    version: int
    client: Client
    coverage: tuple[Coverage, ...]


def _decided_alone(judging: _Judging, request: CheckRequest) -> Decided | UnforeseenError:
    try:
        with Alone():
            return _decide(judging, request)
    except UnforeseenError as failure:
        return failure


def _decide(judging: _Judging, request: CheckRequest) -> Decided:
    services, client, coverage = judging.services, judging.client, judging.coverage
    now = services.clock.now()
    about = Circumstances(request.purpose, Region.of(request.region), now, services.clock.today(), coverage)
    with judging.index.as_of(services.store, judging.version) as view:
        if view.model.version != services.model.version:
            raise UnavailableError("another model was adopted while this was judged: ask again")
        answers = [judge(services, view, subject, about) for subject in request.subjects]
        seen = view.version
    answers = _with_clearances(services, request, answers, coverage)
    answer = compose_answer(services, request, answers, about, seen)
    case = new_case(services.policy, request, answer, now, Whose(client.id, client.region))
    return Decided(client, request, now, seen, answer, case)


def _with_clearances(
    services: Services, request: CheckRequest, answers: list[SubjectAnswer], coverage: tuple[Coverage, ...]
) -> list[SubjectAnswer]:
    """Most answers ask nobody's clearance; the store is opened for the others alone."""
    asked = in_question(request.subjects, answers)
    if not asked:
        return answers
    with services.store.read() as uow:
        known = uow.clearances.standing_for(asked)
    return [
        apply_clearances(services.policy, subject, answer, coverage, known)
        for subject, answer in zip(request.subjects, answers, strict=True)
    ]


def compose_answer(
    services: Services,
    request: CheckRequest,
    answers: Sequence[SubjectAnswer],
    about: Circumstances,
    version: int,
) -> Json:
    """Return the whole, language-neutral answer to a request, under a fresh check number."""
    verdict, step = judge_check(answer.verdict for answer in answers)
    return {
        "check_no": new_check_no(about.at),
        "application_no": request.application_no,
        "purpose": request.purpose.value,
        "region": request.region,
        "verdict": verdict.value,
        "decided_at": instant(about.at),
        "list": _list_state(services, version, about.coverage),
        "subjects": compose_subjects(services.law, request, answers),
        "next_step": step.code.value,
        "review_from": _review_from(services, request),
    }


def _review_from(services: Services, request: CheckRequest) -> Json:
    threshold = services.policy.threshold(request.purpose)
    return {"expected_coincidences": threshold.expected_coincidences, "bits": threshold.millibits / 1000}


def _refusal(client: Client, request: CheckRequest, today: datetime.date) -> RegistryError | None:
    if not _within_reach(client, request.region):
        return OutOfRegionError([FieldFault("/region", f"region_not_yours:{client.region}", "not the client's own")])
    if client.purposes is not None and request.purpose.value not in client.purposes:
        allowed = ", ".join(sorted(client.purposes))
        return OutOfPurposeError([FieldFault("/purpose", f"purpose_not_yours:{allowed}", "not the client's own")])
    faults = [
        FieldFault(f"/subjects/{position}{fault.field}", fault.code, fault.reason)
        for position, subject in enumerate(request.subjects)
        for fault in faults_of(subject, today)
    ]
    return InsufficientIdentityError(faults) if faults else None


def _within_reach(client: Client, region: str | None) -> bool:
    """A regulator may ask for any region, others for their own; without a region all local provisions apply."""
    if client.role is ClientRole.REGULATOR or client.region is None or region is None:
        return True
    return region.startswith(client.region)


def _list_state(services: Services, version: int, coverage: tuple[Coverage, ...]) -> Json:
    return {
        "version": version,
        "model": services.model.version,
        "policy": services.policy.version,
        "coverage": compose_coverage(coverage),
    }


def keep_answers(
    desk: CheckDesk,
    results: Sequence[Decided | RegistryError],
    respond: Callable[[Sequence[Json | RegistryError]], StoredResponse],
    settled: Settled,
    sent: Sequence[object],
) -> StoredResponse:
    """Sign the answers, put them into the response they leave in, and return it once all of it is durable.

    `sent` are the requests as they came (parsed JSON), one for each result. Raises as `Journal.keep` does.
    """
    decided = [(each, asked) for each, asked in zip(results, sent, strict=True) if isinstance(each, Decided)]
    signed = [desk.journal.sign(each, asked, settled.evidence) for each, asked in decided]
    response = respond([each.answer if isinstance(each, Decided) else each for each in results])
    desk.journal.keep(signed, settled, response)
    return response
