"""The tables: what the register keeps, and which of it is encrypted.

Columns ending in `_enc` and `payload` are sealed (registry.privacy.envelope) under the row's `data_key`; columns of
keyed values (`*_index`, `content_digest`, `key_digest`) are 32-byte HMACs under the key of the row's `index_version`;
a `request_digest` is one under the record's own key. `key_hash` is the plain SHA-256 of 256 random bits, so that no
rotation touches it. Everything else carries no identity.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from registry.store.column_types import Identifier, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# One row. Every change to the list locks it, takes the next number and appends a list_change in the same commit.
list_head = Table(
    "list_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("version >= 0", name="version"),
)

listed_subject = Table(
    "listed_subject",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("ban_no", String(40), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("created_version", BigInteger, nullable=False),
    CheckConstraint("kind IN ('person', 'organisation')", name="kind"),
    sqlite_autoincrement=True,
)

# One row as a province reported it, whole (payload: canonical JSON of every column).
list_record = Table(
    "list_record",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("source_region", String(2), nullable=False),
    Column("record_no", String(200), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("subject_id", ForeignKey(listed_subject.c.id), nullable=True, index=True),
    Column("document_no", String(200), nullable=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("content_digest", LargeBinary, nullable=False),
    Column("index_version", Integer, nullable=False, server_default="1"),
    Column("food_related", Boolean, nullable=True),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("source_region", "record_no", "version"),
    Index(None, "document_no"),
    Index(None, "outcome", "state"),
    CheckConstraint("kind IN ('conviction', 'revocation')", name="kind"),
    CheckConstraint("state IN ('active', 'withdrawn', 'superseded')", name="state"),
    sqlite_autoincrement=True,
)

list_change = Table(
    "list_change",
    metadata,
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("subject_id", ForeignKey(listed_subject.c.id), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("region", String(2), nullable=False),
    Column("record_id", ForeignKey(list_record.c.id), nullable=True),
    Column("recorded_at", Instant, nullable=False),
    # What was stored of the subject after the change; absent before revision 0003.
    Column("state_digest", LargeBinary, nullable=True),
    CheckConstraint("version > 0", name="version"),
)

# What one record says about who somebody is; a subject has as many as its records state.
listed_identity = Table(
    "listed_identity",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("subject_id", ForeignKey(listed_subject.c.id), nullable=False, index=True),
    Column("record_id", ForeignKey(list_record.c.id), nullable=False, index=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("name_enc", LargeBinary, nullable=True),
    Column("other_names_enc", LargeBinary, nullable=True),
    Column("id_type", String(30), nullable=True),
    Column("id_number_enc", LargeBinary, nullable=True),
    Column("birth_enc", LargeBinary, nullable=True),
    Column("sex", String(2), nullable=True),
    Column("domicile_code", String(12), nullable=True),
    Column("id_index", LargeBinary, nullable=True, index=True),
    Column("name_birth_index", LargeBinary, nullable=True, index=True),
    Column("index_version", Integer, nullable=False, server_default="1"),
    sqlite_autoincrement=True,
)

basis = Table(
    "basis",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("subject_id", ForeignKey(listed_subject.c.id), nullable=False, index=True),
    Column("record_id", ForeignKey(list_record.c.id), nullable=False, index=True),
    Column("provision", String(60), nullable=False),
    Column("document_no", String(200), nullable=False),
    Column("region", String(2), nullable=False),
    Column("starts_on", Date, nullable=True),
    Column("ends_on", Date, nullable=True),
    Column("data_key", LargeBinary, nullable=True),
    Column("text_enc", LargeBinary, nullable=True),
    Column("ended_at", Instant, nullable=True),
    Column("ended_reason", String(40), nullable=True),
    # The list versions it stood from, and no longer stood from: the list can be read as it was at any version.
    Column("from_version", BigInteger, nullable=False, server_default="0"),
    Column("until_version", BigInteger, nullable=True),
    CheckConstraint("text_enc IS NULL OR data_key IS NOT NULL", name="text_key"),
    sqlite_autoincrement=True,
)

quarantine_row = Table(
    "quarantine_row",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("source_region", String(2), nullable=True),
    Column("record_no", String(200), nullable=True),
    Column("file_digest", String(64), nullable=False),
    Column("line", Integer, nullable=False),
    Column("field", String(60), nullable=True),
    Column("reason_code", String(60), nullable=False),
    Column("reason", Text, nullable=False),
    Column("original_enc", LargeBinary, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("refused_at", Instant, nullable=True),
    Index(None, "file_digest", "line"),
    Index(None, "source_region", "record_no"),
    Index(None, "state"),
    CheckConstraint("state IN ('open', 'retried', 'resolved')", name="state"),
    sqlite_autoincrement=True,
)

# A sealed juvenile record: that a line was refused and why, and nothing else about it.
refused_row = Table(
    "refused_row",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("file_digest", String(64), nullable=False),
    Column("line", Integer, nullable=False),
    Column("code", String(60), nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("file_digest", "line"),
    sqlite_autoincrement=True,
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("file_digest", String(64), nullable=False, index=True),
    Column("source_region", String(2), nullable=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("counts", JSON, nullable=False),
    Column("actor", String(100), nullable=False),
    sqlite_autoincrement=True,
)

region_coverage = Table(
    "region_coverage",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("as_of", Instant, nullable=False),
    # How long its data counts as fresh, by its partner's configuration; null: as long as the policy says.
    Column("valid_for_seconds", Integer, nullable=True),
)

api_client = Table(
    "api_client",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("region", String(6), nullable=True),
    Column("role", String(20), nullable=False),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    Column("key_hint", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=True),
    Column("disabled_at", Instant, nullable=True),
    # What it may ask for (null: any purpose), how often, and the key it signs with (null: a bearer key is enough).
    Column("purposes", JSON(none_as_null=True), nullable=True),
    Column("rate_per_minute", Integer, nullable=True),
    Column("signing_key", LargeBinary, nullable=True),
    CheckConstraint("role IN ('licensing', 'court', 'province', 'regulator')", name="role"),
    sqlite_autoincrement=True,
)

# How many requests of a client were counted in the minute that is running (minutes since 1970).
client_minute = Table(
    "client_minute",
    metadata,
    Column("client_id", ForeignKey(api_client.c.id), primary_key=True),
    Column("minute", BigInteger, nullable=False),
    Column("requests", Integer, nullable=False),
)

# Nonces of signed requests, kept until the request would be too old anyway.
request_nonce = Table(
    "request_nonce",
    metadata,
    Column("client_id", ForeignKey(api_client.c.id), primary_key=True),
    Column("nonce_digest", LargeBinary, primary_key=True),
    Column("until", Instant, nullable=False, index=True),
)

# What the checks of a client looked like of late, sealed: digests and counts, from which probing is told.
client_conduct = Table(
    "client_conduct",
    metadata,
    Column("client_id", ForeignKey(api_client.c.id), primary_key=True),
    Column("through", Identifier, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("state_enc", LargeBinary, nullable=False),
)

screening_run = Table(
    "screening_run",
    metadata,
    Column("run_no", String(40), primary_key=True),
    Column("input_digest", String(64), nullable=False),
    Column("output_digest", String(64), nullable=True),
    Column("rows", Integer, nullable=False),
    Column("list_version", BigInteger, nullable=False),
    Column("model_version", String(60), nullable=False),
    Column("policy_version", String(60), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("actor", String(100), nullable=False),
)

# One answer as it was given; a check belongs to a client, a bulk verdict to a run.
decision = Table(
    "decision",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("check_no", String(40), nullable=False, unique=True),
    Column("client_id", ForeignKey(api_client.c.id), nullable=True, index=True),
    Column("run_no", ForeignKey(screening_run.c.run_no), nullable=True, index=True),
    Column("application_no", String(200), nullable=False, index=True),
    Column("purpose", String(40), nullable=False),
    Column("region", String(6), nullable=True),
    Column("decided_at", Instant, nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("list_version", BigInteger, nullable=False),
    Column("model_version", String(60), nullable=False),
    Column("policy_version", String(60), nullable=False),
    # Keyed by the record's own key; null in index_version says so. Before revision 0003 keyed by the index key.
    Column("request_digest", LargeBinary, nullable=False),
    Column("index_version", Integer, nullable=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("answer_enc", LargeBinary, nullable=False),
    # What was asked, so that the decision can be replayed; absent where it was made before revision 0002.
    Column("request_enc", LargeBinary, nullable=True),
    # The leaf of the entry that records it; absent for rows of a bulk run and before revision 0003.
    Column("leaf_hash", LargeBinary, nullable=True),
    # What a signing client signed (RFC 9421), so that it cannot disown the request; null where it need not sign.
    Column("signature_enc", LargeBinary, nullable=True),
    Column("outcome", String(20), nullable=False),
    CheckConstraint("verdict IN ('block', 'review', 'clear')", name="verdict"),
    CheckConstraint("outcome IN ('open', 'confirmed', 'released', 'withdrawn')", name="outcome"),
    sqlite_autoincrement=True,
)

# The wording of every matching model and policy that ever judged here: an answer names the version, this holds it.
rule_text = Table(
    "rule_text",
    metadata,
    Column("rule", String(10), primary_key=True),
    Column("version", String(60), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("in_use", Boolean, nullable=False),
    CheckConstraint("rule IN ('model', 'policy')", name="rule"),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("client_id", ForeignKey(api_client.c.id), primary_key=True),
    Column("key_digest", LargeBinary, primary_key=True),
    Column("request_digest", LargeBinary, nullable=False),
    Column("index_version", Integer, nullable=False, server_default="1"),
    # What the row is sealed under; null before revision 0003, when it was the client and key_digest.
    Column("sealed_as", String(40), nullable=True),
    Column("key_enc", LargeBinary, nullable=True),
    Column("state", String(10), nullable=False),
    Column("status", Integer, nullable=True),
    Column("data_key", LargeBinary, nullable=True),
    Column("response_enc", LargeBinary, nullable=True),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("state IN ('running', 'done')", name="state"),
    CheckConstraint("state = 'running' OR (status IS NOT NULL AND response_enc IS NOT NULL)", name="answered"),
)

# The pending record of every act. `salt` and `facts` open the commitment and are erased together; the entry stays.
ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("list_version", BigInteger, nullable=False),
    Column("model_version", String(60), nullable=False),
    Column("policy_version", String(60), nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=True),
    Column("facts", Text, nullable=True),
    # True until the entry has its leaf, then null: the index below holds only what waits.
    Column("pending", Boolean, nullable=True, default=True),
    # The entry that records the erasing of salt and facts.
    Column("erased_by", BigInteger, nullable=True),
    # For those who read the trail, and no part of the leaf: what the act was about (a check's, document's, ban's
    # number; answers to checks, nearly all entries, have none); the session of the console it came from, or the network
    # address of the system and whom that states to have asked it.
    Column("about", String(80), nullable=True),
    Column("session_id", BigInteger, nullable=True),
    Column("address", String(45), nullable=True),
    Column("behalf", String(64), nullable=True),
    CheckConstraint("(salt IS NULL) = (facts IS NULL)", name="opening"),
    sqlite_autoincrement=True,
)
_NOT_AN_ANSWER = text("kind <> 'check_decided'")
for _name, _columns in {
    "ix_ledger_entry_told_id": (ledger_entry.c.id,),
    "ix_ledger_entry_actor_id": (ledger_entry.c.actor, ledger_entry.c.id),
    "ix_ledger_entry_kind_id": (ledger_entry.c.kind, ledger_entry.c.id),
    "ix_ledger_entry_about_id": (ledger_entry.c.about, ledger_entry.c.id),
}.items():
    Index(_name, *_columns, sqlite_where=_NOT_AN_ANSWER, postgresql_where=_NOT_AN_ANSWER)
Index(
    "ix_ledger_entry_pending_id",
    ledger_entry.c.id,
    sqlite_where=ledger_entry.c.pending.is_not(None),
    postgresql_where=ledger_entry.c.pending.is_not(None),
)

# One proof per key version: at start it shows that the keys at hand are those the store was sealed with.
key_check = Table(
    "key_check",
    metadata,
    Column("key_id", String(40), primary_key=True),
    Column("proof", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)
