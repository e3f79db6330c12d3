"""The check door: one application or a batch, and answers given before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import orjson
from flask import Blueprint, Response, current_app, request
from marshmallow import Schema, ValidationError

from api.rest.auth import Right, admit_reader, admitted_to_check, audience_of, counted_on_refusal, shown_key
from api.rest.even_time import begin, wait_until_even
from api.rest.idempotency import asked_once, given_back_on_failure
from api.rest.json_body import parsed
from api.rest.known_callers import may_upload
from api.rest.language import Language, in_language, preferred_language
from api.rest.limits import BATCH_BYTES, CHECK_BYTES
from api.rest.metrics import VERDICTS
from api.rest.problems import (
    UnsupportedMediaTypeError,
    as_problem,
    faults_from,
    log_failure,
    status_of,
)
from api.rest.reception import received
from api.rest.schemas import BATCH, CHECK_REQUEST
from api.rest.signatures import signed_request
from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex, stated
from registry.errors import FieldFault, InvalidInputError, RegistryError, UnforeseenError
from registry.intake.named_people import second_names
from registry.law.roles import Purpose, Role
from registry.services.admit_applicants import CheckRequest, SubjectRequest
from registry.services.answer_check import Audience, Json, render
from registry.services.check_applicants import CheckDesk, check_applicants, keep_answers
from registry.services.each_alone import Alone
from registry.services.read_check import check_was_read, read_check
from registry.services.record_answers import Decided, Settled
from registry.services.spend_request import Spending, require_room, spending_of
from registry.store.change_repository import ListState
from registry.store.client_repository import Client, ClientRole
from registry.store.idempotency_repository import AskedOnce, Claim, StoredResponse

checks = Blueprint("checks", __name__)

_Results = Sequence[Json | RegistryError]
_Read = Callable[[object], list[CheckRequest | RegistryError]]
_Respond = Callable[[Audience, Language, object, _Results], StoredResponse]


@dataclass(frozen=True, slots=True)
class _Reply:
    """How answers leave: form, audience, language, the body they answer, what they use up, and what was signed.

    `claim` is on the idempotency key they are kept under; `begun` is when judging began (api.rest.even_time).
    """

    respond: _Respond
    audience: Audience
    language: Language
    body: object
    spending: Spending | None
    evidence: str | None
    claim: Claim | None = None
    begun: float = 0.0

    def written(self, results: _Results) -> StoredResponse:
        """Return the response with these results, in a time that does not tell what they are."""
        response = self.respond(self.audience, self.language, self.body, results)
        wait_until_even(self.begun)
        return response

    def sent(self) -> Sequence[object]:
        """Return the requests as they came, one for each result: a batch's, or the whole body."""
        body = cast("Mapping[str, Any]", self.body)
        sent: Sequence[object] = body.get("requests", [body])
        return sent


def desk() -> CheckDesk:
    """Return what this process answers checks with."""
    return cast("CheckDesk", current_app.extensions["desk"])


@checks.post("/v1/checks")
def check() -> Response:
    """Check the subjects of one application."""
    request.max_content_length = CHECK_BYTES
    return _answer(_one_request, _one_response)


@checks.post("/v1/checks/batch")
def check_batch() -> Response:
    """Check up to 1,000 applications; each is answered or refused by itself."""
    request.max_content_length = BATCH_BYTES
    return _answer(_batch_requests, _batch_response)


@checks.get("/v1/checks/<check_no>")
def show(check_no: str) -> Response:
    """Show this client an answer it was given; a regulator any of its region, which is recorded."""
    client = admit_reader(desk(), Right.READ_CHECK)
    with desk().services.store.read() as uow:
        answer = read_check(uow, client, check_no, audience_of(client), preferred_language())
    if client.role is ClientRole.REGULATOR:
        desk().journal.record(check_was_read(client, answer))
    return in_language(_json(200, orjson.dumps(answer)))


def _answer(read: _Read, respond: _Respond) -> Response:
    """Authenticate, receive, judge as of a snapshot of the store taken after the last byte; commit; only then answer.

    The caller is admitted with that snapshot, so that neither a ban nor a withdrawn key that came while the body was
    being received is missed; before, it is only made sure that no stranger uploads (`may_upload`).
    """
    at = desk()
    key = shown_key()
    text = _text(may_upload(at.services, key))
    standing = at.standing(key)
    client = admitted_to_check(at.services, standing.client)
    signed = signed_request(client, text, at.services.clock.now())
    with counted_on_refusal(at, spending := spending_of(client, signed.nonce if signed else None)):
        body = parsed(text)
        asked = asked_once(client, body)
        requests = read(body)
        evidence = signed.evidence(text if read is _one_request else None) if signed else None
        _require_within_rate(client, len(requests))
        require_room(client, len(requests), at.services.clock.now())
        spending = spending and spending.counting(len(requests))
        reply = _Reply(respond, audience_of(client), preferred_language(), body, spending, evidence)
        if asked is not None:
            return _answer_once(at, client, requests, reply, asked)
        return _first(_judged(at, standing.list, client, requests, reply))


def _answer_once(
    at: CheckDesk,
    client: Client,
    requests: Sequence[CheckRequest | RegistryError],
    reply: _Reply,
    asked: AskedOnce,
) -> Response:
    """Claim the idempotency key, judge, keep; each is durable before the next."""
    with at.services.store.read() as uow:
        given = uow.idempotency.find(asked)
    claim = given or at.journal.claim(asked)
    if isinstance(claim, StoredResponse):
        at.journal.spend(reply.spending)
        return _repeated(claim)
    with given_back_on_failure(at.journal, claim):
        state = at.standing(shown_key()).list
        return _first(_judged(at, state, client, requests, replace(reply, claim=claim)))


def _judged(
    at: CheckDesk,
    state: ListState,
    client: Client,
    requests: Sequence[CheckRequest | RegistryError],
    reply: _Reply,
) -> StoredResponse:
    """Judge the requests, and return the response once all of it is durable."""
    reply = replace(reply, begun=begin())
    results = check_applicants(at, state, client, requests)
    response = keep_answers(
        at, results, reply.written, Settled(reply.claim, reply.spending, reply.evidence), reply.sent()
    )
    for result in results:
        if isinstance(result, Decided):
            VERDICTS.labels(result.answer["verdict"]).inc()
    return response


def _one_request(body: object) -> list[CheckRequest | RegistryError]:
    return [_request(body)]


def _one_response(audience: Audience, language: Language, _body: object, results: _Results) -> StoredResponse:
    """Render the one answer; a refusal is raised instead, so that nothing is kept."""
    result = results[0]
    if isinstance(result, RegistryError):
        raise result
    return StoredResponse(200, orjson.dumps(render(result, audience, language)).decode())


def _batch_requests(body: object) -> list[CheckRequest | RegistryError]:
    return [_request_or_fault(item) for item in _loaded(BATCH, body)["requests"]]


def _request_or_fault(item: object) -> CheckRequest | RegistryError:
    try:
        with Alone():
            return _request(item)
    except (InvalidInputError, UnforeseenError) as refusal:
        return refusal


def _batch_response(audience: Audience, language: Language, body: object, results: _Results) -> StoredResponse:
    asked = cast("Mapping[str, list[object]]", body)["requests"]
    rendered = [
        {**_batch_result(audience, language, result), "application_no": _application_no(request)}
        for request, result in zip(asked, results, strict=True)
    ]
    return StoredResponse(200, orjson.dumps({"results": rendered}).decode())


def _batch_result(audience: Audience, language: Language, result: Json | RegistryError) -> Json:
    if isinstance(result, RegistryError):
        log_failure(result)
        return {"status": status_of(result), "problem": as_problem(result, language)}
    return {"status": 200, "answer": render(result, audience, language)}


def _application_no(request: object) -> str | None:
    """Return the application number of a request that may be anything."""
    number = request.get("application_no") if isinstance(request, Mapping) else None
    return number if isinstance(number, str) else None


def _require_within_rate(client: Client, requests: int) -> None:
    """Raise InvalidInputError for a batch that no minute has room for: waiting cannot help it."""
    if client.rate is not None and requests > client.rate.per_minute:
        code = f"batch_exceeds_rate:{client.rate.per_minute}"
        raise InvalidInputError([FieldFault("/requests", code, "is more than this client may ask in a minute")])


def _text(caller: int) -> bytes:
    if request.mimetype != "application/json":
        raise UnsupportedMediaTypeError("the body is not declared as JSON")
    return received(caller)


def _loaded(schema: Schema, body: object) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", schema.load(cast("Mapping[str, Any]", body)))
    except ValidationError as refusal:
        raise InvalidInputError(faults_from(refusal.messages)) from None


def _request(body: object) -> CheckRequest:
    """Read one check request; InvalidInputError names every field at fault."""
    values = _loaded(CHECK_REQUEST, body)
    subjects = tuple(_subject(subject) for subject in values["subjects"])
    _require_distinct([subject.subject_no for subject in subjects])
    faults = [
        FieldFault(f"/subjects/{position}/id_type", f"missing_id_type:{subject['subject_no']}", "missing")
        for position, subject in enumerate(values["subjects"])
        if subject["id_number"] is not None and subject["id_type"] is None
    ]
    if faults:
        raise InvalidInputError(faults)
    return CheckRequest(values["application_no"], Purpose(values["purpose"]), values["region"], subjects)


def _require_distinct(numbers: Sequence[str]) -> None:
    repeated = [
        FieldFault(f"/subjects/{position}/subject_no", f"repeated:{number}", "repeated")
        for position, number in enumerate(numbers)
        if number in numbers[:position]
    ]
    if repeated:
        raise InvalidInputError(repeated)


def _subject(values: Mapping[str, Any]) -> SubjectRequest:
    return SubjectRequest(values["subject_no"], Role(values["role"]), _identity(values))


def _identity(values: Mapping[str, Any]) -> Identity:
    id_type, number = values["id_type"], stated(values["id_number"])
    return Identity(
        kind=Kind(values["kind"]),
        name=stated(values["name"]),
        other_names=_other_names(values),
        documents=(IdDocument(IdType(id_type), number),) if id_type is not None and number is not None else (),
        birth=BirthDate.parse(values["birth_date"]),
        sex=Sex(values["sex"]) if values["sex"] is not None else None,
    )


def _first(given: StoredResponse) -> Response:
    return in_language(_json(given.status, given.body))


def _repeated(given: StoredResponse) -> Response:
    """Return what was answered before, in the language it was answered in: that was another request's wish."""
    return _json(given.status, given.body)


def _other_names(values: Mapping[str, Any]) -> tuple[OtherName, ...]:
    named = [OtherName(NameKind(other["kind"]), other["name"]) for other in values["other_names"]]
    in_brackets = second_names(stated(values["name"])) if Kind(values["kind"]) is Kind.PERSON else ()
    return tuple(dict.fromkeys((*named, *in_brackets)))


def _json(status: int, body: bytes | str) -> Response:
    return Response(body, status=status, content_type="application/json")
