"""HTTP within a time: every wait of a request ends by one deadline, however slowly bytes come.

A client library's timeouts are per read, so that a partner who sends one byte a second holds a request for ever. Here
connecting, the handshake, every read and every write get what is left of the request's own time, and no more.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import httpcore
import httpx

_SLICE: Final = 1 << 14
AddressOf = Callable[[str, int], str]


class CertificateRefusedError(httpx.ConnectError):
    """The partner's certificate is not one this side believes."""


class Deadline:
    """The instant by which the request under way must be over; one request at a time."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self, seconds: float) -> None:
        """Give the next request so many seconds."""
        self._until = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Return the seconds left, at most so many; raises httpx.ReadTimeout where there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("the request's time is over")
        return left if most is None else min(left, most)


class TimedTransport(httpx.BaseTransport):
    """One connection at a time, kept alive between requests, TLS verified by the context given.

    `address_of` says under which address a host and port are reached, or raises; without it the machine decides.
    """

    def __init__(self, context: ssl.SSLContext, deadline: Deadline, address_of: AddressOf | None = None) -> None:
        backend = _Backend(httpcore.SyncBackend(), deadline, address_of)
        self._pool: Final = httpcore.ConnectionPool(
            ssl_context=context, max_connections=1, keepalive_expiry=5.0, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its answer, whose body is still to be read; raises httpx.TransportError."""
        address = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            request.method, address, headers=request.headers.raw, content=cast("Iterable[bytes]", request.stream)
        )
        with _named():
            answer = self._pool.handle_request(asked)
        body = _Body(cast("Any", answer.stream))
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream: Final = stream

    def __iter__(self) -> Iterator[bytes]:
        with _named():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend, deadline: Deadline, address_of: AddressOf | None) -> None:
        self._inner: Final = inner
        self._deadline: Final = deadline
        self._address_of: Final = address_of

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        if self._address_of is not None:
            host = self._address_of(host, port)
        stream = self._inner.connect_tcp(host, port, self._deadline.left(timeout), local_address, socket_options)
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner: Final = inner
        self._deadline: Final = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SLICE):
            self._inner.write(buffer[start : start + _SLICE], self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@contextmanager
def _named() -> Iterator[None]:
    """Let what fails below leave under httpx's names, as from its own transport."""
    try:
        yield
    except httpcore.TimeoutException:
        raise httpx.ReadTimeout("the partner did not answer in time") from None
    except httpcore.ConnectError as failure:
        if any(isinstance(each, ssl.SSLCertVerificationError) for each in failure.args):
            raise CertificateRefusedError("the partner's certificate does not verify") from None
        raise httpx.ConnectError("no connection to the partner") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise httpx.ReadError("the connection to the partner broke off") from None
