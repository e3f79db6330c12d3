"""A server that answers every connection as its script says, byte by byte where that is asked for."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket, bytes], None]


@contextmanager
def scripted(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve a script for the block and give the server's address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_accept, args=(listening, script, tls), daemon=True)
        thread.start()
        yield f"{'https' if tls else 'http'}://localhost:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(listening: socket.socket, script: Script, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            plain, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(plain, script, tls), daemon=True).start()


def _answer(plain: socket.socket, script: Script, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), plain:
        line = tls.wrap_socket(plain, server_side=True) if tls else plain
        with line:
            script(line, request_on(line))


def request_on(line: socket.socket) -> bytes:
    """Return a request's head and body."""
    text = bytearray()
    while b"\r\n\r\n" not in text:
        if not (part := line.recv(65536)):
            return bytes(text)
        text += part
    head, _, body = bytes(text).partition(b"\r\n\r\n")
    lengths = [each for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < length and (part := line.recv(65536)):
        body += part
    return head + b"\r\n\r\n" + body


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole HTTP answer; header names are written with underscores."""
    named = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
