"""The tables about the people who use the console: accounts, their sessions, one-time links, and failed sign-ins.

Passwords are argon2id hashes; of a session's or a link's 256 random bits only the SHA-256 is kept. What was typed as
a name or where it came from is kept for throttling as a keyed digest only: a name field may hold a password.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from registry.store.column_types import Identifier, Instant
from registry.store.tables import metadata

# `name_key` is the name as it is compared: nobody may have a name that looks like another's.
desk_user = Table(
    "desk_user",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("name_key", String(200), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("region", String(2), nullable=True),
    Column("password_hash", Text, nullable=True),
    Column("password_at", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant, nullable=True),
    CheckConstraint("role IN ('clerk', 'confirmer', 'regulator', 'auditor', 'admin')", name="role"),
    sqlite_autoincrement=True,
)

# One sign-in. Ended, never deleted before its time, so that a user can see where the account was used.
desk_session = Table(
    "desk_session",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("user_id", ForeignKey(desk_user.c.id), nullable=False),
    Column("token_digest", LargeBinary, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("address", String(45), nullable=False),
    Column("device", String(80), nullable=False),
    sqlite_autoincrement=True,
)
Index(None, desk_session.c.user_id)
Index(None, desk_session.c.seen_at)

# A link with which a user sets a password, once.
password_link = Table(
    "password_link",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("user_id", ForeignKey(desk_user.c.id), nullable=False),
    Column("code_digest", LargeBinary, nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    sqlite_autoincrement=True,
)
Index(None, password_link.c.user_id)

# Failed sign-ins of an account or an address, by a keyed digest; a key exchange begins the counts anew.
sign_in_count = Table(
    "sign_in_count",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("refused_until", Instant, nullable=True),
    CheckConstraint("failures >= 0", name="failures"),
)
Index(None, sign_in_count.c.last_at)
