"""A line between hub and province with a trouble on it: a small proxy that does to one answer what networks do.

It understands just enough of HTTP to pass one whole request on and get one whole answer back; what it then does with
the answer is the trouble. Answers it has seen before are remembered, so that old ones can come again.
"""

from __future__ import annotations

import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from tests.registry.exchange.scripted_server import answer, request_on

Trouble = Callable[["Passage"], None]
_DRIP_SECONDS = 0.2
_LONG_SECONDS = 30.0


@dataclass
class TroubledLine:
    """The proxy: where it listens, to whom it passes on, and what troubles it now."""

    to: int
    rng: Random
    port: int = 0
    trouble: Trouble | None = None
    seen: list[bytes] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        """Where the partner seems to be."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Passage:
    """One request on its way, and the line to the asker."""

    line: TroubledLine
    asker: socket.socket
    request: bytes

    @property
    def fetches(self) -> bool:
        """Say whether a batch is asked for."""
        return self.request.startswith(b"GET ")

    def forwarded(self, *, plain: bool = False) -> bytes:
        """Return the partner's answer to the request, not packed where that is asked; nothing where nobody is there."""
        left_out = (b"connection:", b"accept-encoding:") if plain else (b"connection:",)
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.line.to), timeout=_LONG_SECONDS) as partner:
            head, _, body = self.request.partition(b"\r\n\r\n")
            kept = [each for each in head.split(b"\r\n") if not each.lower().startswith(left_out)]
            partner.sendall(b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body)
            whole = bytearray()
            while part := partner.recv(65536):
                whole += part
            return bytes(whole)
        return b""

    def send(self, text: bytes) -> None:
        """Send bytes to the asker, who may be gone."""
        with suppress(OSError):
            self.asker.sendall(text)

    def reset(self) -> None:
        """Let the connection end in a reset."""
        self.asker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def untroubled(passage: Passage) -> None:
    """The answer comes as it is, and is remembered."""
    whole = passage.forwarded()
    if passage.fetches:
        passage.line.seen.append(whole)
    passage.send(whole)


def every_other(trouble: Trouble) -> Trouble:
    """Return what troubles every second request that fetches something, and no other."""
    turn = itertools.count(1)

    def sometimes(passage: Passage) -> None:
        (trouble if passage.fetches and next(turn) % 2 == 0 else untroubled)(passage)

    return sometimes


def down(passage: Passage) -> None:
    """Nobody is there: the connection is reset before anything is passed on."""
    passage.reset()


def slow(passage: Passage) -> None:
    """The answer comes after the asker has given up."""
    whole = passage.forwarded()
    passage.line.ended.wait(1.5)
    passage.send(whole)


def dripping(passage: Passage) -> None:
    """The answer comes byte by byte and never within its time."""
    for byte in passage.forwarded():
        passage.send(bytes([byte]))
        if passage.line.ended.wait(_DRIP_SECONDS) or _is_gone(passage.asker):
            return


def truncated(passage: Passage) -> None:
    """The answer ends early, as if that were its end."""
    whole = passage.forwarded()
    passage.send(whole[: passage.line.rng.randrange(len(whole) or 1)])


def shortened(passage: Passage) -> None:
    """Something on the way cuts the body and corrects its length: it looks whole."""
    body = _body_of(passage.forwarded(plain=True))
    passage.send(answer(body[: passage.line.rng.randrange(len(body) or 1)]))


def reset_midway(passage: Passage) -> None:
    """The connection is reset in the middle of the answer."""
    whole = passage.forwarded()
    passage.send(whole[: len(whole) // 2])
    passage.reset()


def lost(passage: Passage) -> None:
    """The partner has done it, and its answer never arrives."""
    passage.forwarded()
    passage.reset()


def doubled(passage: Passage) -> None:
    """The request arrives twice; the asker gets the answer to the second."""
    first = passage.forwarded()
    second = passage.forwarded()
    passage.send(second or first)


def old_again(passage: Passage) -> None:
    """An answer given before comes in place of the one asked for: replayed, or out of order."""
    whole = passage.forwarded()
    old = [each for each in passage.line.seen if each != whole]
    passage.send(passage.line.rng.choice(old) if passage.fetches and old else whole)


def altered(passage: Passage) -> None:
    """A character of the body is another one when it arrives."""
    body = bytearray(_body_of(passage.forwarded(plain=True)))
    if body:
        body[passage.line.rng.randrange(len(body))] ^= 1 << passage.line.rng.randrange(7)
    passage.send(answer(bytes(body)))


TROUBLES: Mapping[str, Trouble] = {
    "down": down,
    "slow": slow,
    "one byte at a time": dripping,
    "truncated": truncated,
    "shortened": shortened,
    "reset midway": reset_midway,
    "answer lost": lost,
    "doubled": doubled,
    "old again": old_again,
    "altered": altered,
}


@contextmanager
def troubled_line(to: int, rng: Random) -> Iterator[TroubledLine]:
    """Pass requests on to a port of this machine for the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = TroubledLine(to, rng, listening.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(listening, line), daemon=True)
        thread.start()
        yield line
        line.ended.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def substituted(body: bytes) -> Trouble:
    """Return the trouble that puts another body in the place of a batch asked for."""

    def trouble(passage: Passage) -> None:
        whole = passage.forwarded()
        passage.send(answer(body) if passage.fetches else whole)

    return trouble


def _accept(listening: socket.socket, line: TroubledLine) -> None:
    while True:
        try:
            asker, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_pass_on, args=(line, asker), daemon=True).start()


def _pass_on(line: TroubledLine, asker: socket.socket) -> None:
    with suppress(OSError), asker:
        passage = Passage(line, asker, request_on(asker))
        if not passage.request:
            return
        line.asked.append(passage.request)
        (line.trouble or untroubled)(passage)


def _body_of(whole: bytes) -> bytes:
    return whole.partition(b"\r\n\r\n")[2]


def _is_gone(asker: socket.socket) -> bool:
    with suppress(OSError):
        asker.setblocking(False)
        try:
            return asker.recv(1) == b""
        except BlockingIOError:
            return False
        finally:
            asker.setblocking(True)
    return True
