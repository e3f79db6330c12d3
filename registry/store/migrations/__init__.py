"""The tables' history: one revision per file, applied in order by the program itself, never backwards.

There is no way down: a register that forgets a column forgets decisions. A mistake is undone by the next revision.
"""

from __future__ import annotations

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from registry.errors import UnavailableError

# Serialises two `registry init` on one PostgreSQL; SQLite's writer lock does it there.
_ADVISORY_LOCK: Final = 0x666F6F64


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for the package's own migrations; no alembic.ini is needed."""
    config = Config()
    config.set_main_option("script_location", "registry.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the revision this program works with."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def current(connection: Connection) -> str:
    """Return the revision of a database; empty where it holds no tables yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(connection: Connection, revision: str = "head") -> tuple[str, str]:
    """Apply what is missing within the caller's transaction; return (revision before, revision after)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    before = current(connection)
    _require_known(before)
    command.upgrade(configuration(connection), revision)
    return before, current(connection)


def require_current(connection: Connection) -> None:
    """Raise UnavailableError unless the database is of this program's revision."""
    found = current(connection)
    _require_known(found)
    if found != newest():
        raise UnavailableError("the store is empty or older than this program: run `registry init`")


def _require_known(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if revision and revision not in known:
        raise UnavailableError("the store is newer than this program: install the program it was migrated by")
