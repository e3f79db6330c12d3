"""A connection to a partner's REST door: who asks, how long it may take and how much may come.

Every request carries the partner's key and a signature by the register's signing key. No redirect is followed, no
environment variable names a proxy, a certificate that does not verify ends the request. What comes is counted as it
comes, packed and unpacked, and given up beyond the limit.
"""

from __future__ import annotations

import datetime
import ssl
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from registry.clock import Clock
from registry.errors import PartnerUnavailableError
from registry.exchange.request_signing import OutgoingRequest, sign_request
from registry.exchange.timed_transport import CertificateRefusedError, Deadline, TimedTransport
from registry.privacy.signing_keys import SigningKey

_GZIP: Final = 31
"""zlib's window for a gzip member."""
_UNPACKED: Final = 1 << 18
_JSON: Final = "application/json"
_SAME_TIME: Final = datetime.timedelta(seconds=60)
_LARGEST_PROBLEM: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Access:
    """How a partner is reached: its address, our key there, what our requests are signed with, whom TLS believes."""

    address: str
    key: str
    signing: SigningKey | None
    authorities: Path | None = None
    """A file of certificates (PEM) of the partner's own authority; None: those the machine trusts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner answered: status, body, and of a problem its code and the partner's time, where it says so."""

    status: int
    body: bytes
    code: str | None = None
    now: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One request: method, path, query, body, and what the asker holds already (an ETag)."""

    method: str
    path: str
    query: Mapping[str, str | int]
    body: bytes = b""
    known: str | None = None


class FeedConnection:
    """One keep-alive connection to a partner; used by one thread at a time."""

    def __init__(self, access: Access, clock: Clock, seconds: float, most_bytes: int) -> None:
        self._access: Final = access
        self._clock: Final = clock
        self._seconds: Final = seconds
        self._most: Final = most_bytes
        self._skew = datetime.timedelta()
        self._deadline: Final = Deadline()
        authorities = None if access.authorities is None else str(access.authorities)
        transport = TimedTransport(ssl.create_default_context(cafile=authorities), self._deadline)
        self._client: Final = httpx.Client(transport=transport, trust_env=False, follow_redirects=False)

    def ask(self, question: Question, seconds: float | None = None) -> Answer:
        """Send a request and return the whole answer.

        Where the partner says that our time is not its time, the request is signed once more by the partner's: a
        clock that is a day out must not stop the exchange, and no order depends on it.
        Raises PartnerUnavailableError where no answer came whole, in time and within its size.
        """
        answer = self._once(question, seconds)
        if answer.code == "signature_refused" and self._adopt(answer.now):
            answer = self._once(question, seconds)
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _once(self, question: Question, seconds: float | None) -> Answer:
        self._deadline.begin(seconds or self._seconds)
        request = self._request(question)
        try:
            response = self._client.send(request, stream=True)
            try:
                body = self._body(response)
            finally:
                response.close()
        except httpx.TimeoutException:
            raise PartnerUnavailableError("too_slow", "the partner did not answer in time") from None
        except httpx.HTTPError as failure:
            raise PartnerUnavailableError(_fault_of(failure), "no whole answer came from the partner") from None
        return Answer(response.status_code, body, *_problem(response, body))

    def _request(self, question: Question) -> httpx.Request:
        headers = {"Authorization": f"Bearer {self._access.key}", "Accept-Encoding": "gzip", "Accept": _JSON}
        if question.known is not None:
            headers["If-None-Match"] = question.known
        if question.body:
            headers["Content-Type"] = _JSON
        url = httpx.URL(self._access.address.rstrip("/") + question.path)
        if question.query:
            url = url.copy_merge_params(dict(question.query))
        if self._access.signing is not None:
            self._sign(OutgoingRequest(question.method, str(url), headers), question.body)
        return self._client.build_request(question.method, url, headers=headers, content=question.body or None)

    def _sign(self, request: OutgoingRequest, body: bytes) -> None:
        if self._access.signing is not None:
            sign_request(request, body, self._access.signing, self._clock.now() + self._skew)

    def _adopt(self, theirs: datetime.datetime | None) -> bool:
        """Take over the partner's time for what we sign; say whether it is another than what we signed by."""
        if theirs is None:
            return False
        skew = theirs - self._clock.now()
        changed = abs(skew - self._skew) > _SAME_TIME
        self._skew = skew
        return changed

    def _body(self, response: httpx.Response) -> bytes:
        """Read a body that says where it ends, up to the limit."""
        _require_framed(response)
        most = self._most if response.status_code == httpx.codes.OK else _LARGEST_PROBLEM
        packed = response.headers.get("Content-Encoding", "identity").lower()
        if packed not in {"identity", "gzip"}:
            raise PartnerUnavailableError("encoding_unknown", "the partner packed its answer in a way not asked for")
        body, unpack = bytearray(), _Unpacking() if packed == "gzip" else None
        for part in response.iter_raw():
            self._deadline.left()
            body += part if unpack is None else unpack.more(part, most + 1 - len(body))
            if len(body) > most:
                raise PartnerUnavailableError("too_large", "the partner's answer is larger than its limit")
        if unpack is not None:
            unpack.require_whole()
        return bytes(body)


class _Unpacking:
    """Unpacks gzip as it comes, and never more than may come: a small answer may unpack to any size."""

    def __init__(self) -> None:
        self._inner: Final = zlib.decompressobj(_GZIP)

    def more(self, part: bytes, most: int) -> bytes:
        """Return what a part unpacks to, at most so many bytes."""
        found = bytearray()
        try:
            while part and len(found) < most and not self._inner.eof:
                found += self._inner.decompress(part, min(_UNPACKED, most - len(found)))
                part = self._inner.unconsumed_tail
        except zlib.error:
            raise PartnerUnavailableError("damaged", "the partner's answer cannot be unpacked") from None
        return bytes(found)

    def require_whole(self) -> None:
        """Raise PartnerUnavailableError where the packed answer broke off."""
        if not self._inner.eof:
            raise PartnerUnavailableError("damaged", "the partner's answer breaks off")


def _fault_of(failure: httpx.HTTPError) -> str:
    if isinstance(failure, CertificateRefusedError):
        return "certificate_refused"
    return "unreachable" if isinstance(failure, httpx.ConnectError) else "broken_off"


def _require_framed(response: httpx.Response) -> None:
    """Refuse a body whose end only the closing of the connection would tell: a broken one would look whole."""
    bodiless = response.status_code in {httpx.codes.NO_CONTENT, httpx.codes.NOT_MODIFIED}
    framed = "Content-Length" in response.headers or "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    if not bodiless and not framed:
        raise PartnerUnavailableError("unframed", "the partner's answer does not say where it ends")


def _problem(response: httpx.Response, body: bytes) -> tuple[str | None, datetime.datetime | None]:
    """Return the code of a problem (RFC 9457) and the partner's time it states; None for what is not there."""
    if response.headers.get("Content-Type", "").partition(";")[0] != "application/problem+json":
        return None, None
    with suppress(orjson.JSONDecodeError):
        problem: Any = orjson.loads(body)
        if isinstance(problem, dict):
            code = problem.get("code")
            return code if isinstance(code, str) else None, _instant(problem.get("now"))
    return None, None


def _instant(stated: object) -> datetime.datetime | None:
    with suppress(ValueError):
        found = datetime.datetime.fromisoformat(stated) if isinstance(stated, str) else None
        return found if found is not None and found.tzinfo is not None else None
    return None
