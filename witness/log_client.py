"""How a witness speaks with the register: three requests, nothing followed, nothing large taken."""

from __future__ import annotations

import binascii
import json
import urllib.request
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError

from registry.errors import UnavailableError

TIMEOUT_SECONDS: Final = 20
MOST_BYTES: Final = 1_000_000


class LogClient:
    """The log of one register by its address."""

    def __init__(self, address: str) -> None:
        self._address: Final = address
        self._opener: Final = urllib.request.build_opener(_NoRedirect)

    def checkpoint(self) -> str:
        """Return the newest signed head; UnavailableError where there is none to be had."""
        return _text(self._ask("/v1/log/checkpoint"))

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the hashes by which the log shows that the later tree begins with the earlier one."""
        answer = self._ask(f"/v1/log/consistency?first={first}&second={second}")
        try:
            return [binascii.unhexlify(each) for each in json.loads(answer)["hashes"]]
        except (ValueError, KeyError, TypeError):
            raise UnavailableError("the register gave no proof that can be read") from None

    def give(self, cosigned: str) -> None:
        """Hand in a checkpoint with this witness's signature below it; UnavailableError where it is not taken."""
        self._ask("/v1/log/cosignatures", cosigned.encode())

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body is not None else {}
        request = urllib.request.Request(self._address + path, body, headers)  # noqa: S310 -- http(s), see Configuration
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                read: bytes = answer.read(MOST_BYTES + 1)
        except HTTPError as refusal:
            refusal.close()
            raise UnavailableError(f"the register answered {refusal.code} to {path.partition('?')[0]}") from None
        except (OSError, HTTPException) as failure:
            raise UnavailableError(f"the register cannot be reached: {failure}") from None
        if len(read) > MOST_BYTES:
            raise UnavailableError("the register's answer is larger than any answer of it should be")
        return read


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing: the register is where the configuration says."""


def _text(read: bytes) -> str:
    try:
        return read.decode()
    except UnicodeDecodeError:
        raise UnavailableError("the register gave no text that can be read") from None
