"""Tell licensing systems at the addresses they have named: one signed request, no redirect, and little time.

Signed like every request to a partner (HTTP Message Signatures by the register's key, published under `/v1/log/keys`);
`@authority` and `content-type` are covered as well, so that nothing said to one system can be passed on to another.
"""

from __future__ import annotations

import ssl
from typing import Final

import httpx

from registry.clock import Clock
from registry.errors import InvalidInputError, PartnerUnavailableError
from registry.exchange.cloud_event import MEDIA_TYPE
from registry.exchange.request_signing import OutgoingRequest, sign_request
from registry.exchange.timed_transport import CertificateRefusedError, Deadline, TimedTransport
from registry.exchange.webhook_address import AllowedAddresses
from registry.privacy.signing_keys import SigningKey
from registry.settings import Settings

SECONDS: Final = 5.0
"""How long a system has to take a notice."""
_ALSO_SIGNED: Final = ("@authority", "content-type")


class WebhookConnection:
    """Sends notices, one after another; used by one thread at a time."""

    def __init__(self, settings: Settings, signing: SigningKey, clock: Clock, seconds: float = SECONDS) -> None:
        self._signing: Final = signing
        self._clock: Final = clock
        self._seconds: Final = seconds
        self._deadline: Final = Deadline()
        self._allowed: Final = AllowedAddresses(settings)
        authorities = None if settings.webhook_authorities is None else str(settings.webhook_authorities)
        context = ssl.create_default_context(cafile=authorities)
        transport = TimedTransport(context, self._deadline, self._allowed.address_of)
        self._client: Final = httpx.Client(transport=transport, trust_env=False, follow_redirects=False)

    def post(self, url: str, body: bytes) -> None:
        """Send an event; what is answered beside the status is not read.

        Raises PartnerUnavailableError, whose fault says how it failed: `too_slow`, `unreachable`, `broken_off`,
        `certificate_refused`, `unresolved`, `address_refused`, or `http_` and the status.
        """
        status = self._status(self._request(url, body))
        if not httpx.codes.is_success(status):
            raise PartnerUnavailableError(f"http_{status}", "the system did not take the notice")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _request(self, url: str, body: bytes) -> httpx.Request:
        try:
            self._allowed.require(url)
        except InvalidInputError:
            raise PartnerUnavailableError("address_refused", "the address is none that may be called") from None
        headers = {"Content-Type": MEDIA_TYPE}
        outgoing = OutgoingRequest("POST", url, headers)
        sign_request(outgoing, body, self._signing, self._clock.now(), _ALSO_SIGNED)
        return self._client.build_request("POST", url, headers=headers, content=body)

    def _status(self, request: httpx.Request) -> int:
        self._deadline.begin(self._seconds)
        try:
            response = self._client.send(request, stream=True)
            response.close()
        except httpx.TimeoutException:
            raise PartnerUnavailableError("too_slow", "the system did not answer in time") from None
        except httpx.HTTPError as failure:
            raise PartnerUnavailableError(_fault_of(failure), "no answer came from the system") from None
        return response.status_code


def _fault_of(failure: httpx.HTTPError) -> str:
    if isinstance(failure, CertificateRefusedError):
        return "certificate_refused"
    return "unreachable" if isinstance(failure, httpx.ConnectError) else "broken_off"
