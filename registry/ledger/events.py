"""The closed vocabulary of recorded acts: each kind with the facts it must state, no more and no less.

Facts are counts, versions, digests, internal numbers and codes. None may identify a person: the entry outlives
the data it speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from registry.law.retention import RetentionRule

Facts = Mapping[str, str | int]


class EventKind(StrEnum):
    """Every act the register records."""

    KEYS_CREATED = "keys_created"
    KEYS_ROTATED = "keys_rotated"
    KEYS_REWRITTEN = "keys_rewritten"
    KEY_RETIRED = "key_retired"
    STORE_MIGRATED = "store_migrated"
    LIST_CHANGED = "list_changed"
    LIST_IMPORTED = "list_imported"
    LIST_EXPORTED = "list_exported"
    FOOD_RELATED_DECIDED = "food_related_decided"
    CHECK_DECIDED = "check_decided"
    CHECK_READ = "check_read"
    SCREENING_RUN = "screening_run"
    RECORD_SEALED = "record_sealed"
    SEALING_REACHED = "sealing_reached"
    RETENTION_APPLIED = "retention_applied"
    CLIENT_ADDED = "client_added"
    CLIENT_DISABLED = "client_disabled"
    FLAG_CLEARED = "flag_cleared"
    RULES_KEPT = "rules_kept"
    MODEL_ESTIMATED = "model_estimated"
    MODEL_ADOPTED = "model_adopted"
    POLICY_TRIED = "policy_tried"
    RULE_PROPOSED = "rule_proposed"
    RULE_REHEARSED = "rule_rehearsed"
    RULE_ADOPTED = "rule_adopted"
    RULE_REFUSED = "rule_refused"
    EVIDENCE_EXPLAINED = "evidence_explained"
    CHECK_REPLAYED = "check_replayed"
    PERIOD_REPLAYED = "period_replayed"
    SIGNING_KEY_MADE = "signing_key_made"
    WITNESS_ADDED = "witness_added"
    WITNESS_REMOVED = "witness_removed"
    ALARM_RAISED = "alarm_raised"
    ALARM_CLEARED = "alarm_cleared"
    LOG_RESUMED = "log_resumed"
    STORE_BACKED_UP = "store_backed_up"
    STORE_RESTORED = "store_restored"
    OPENINGS_ERASED = "openings_erased"
    ORIGINAL_KEPT = "original_kept"
    ORIGINAL_READ = "original_read"
    SHEET_RECEIVED = "sheet_received"
    HEADINGS_MAPPED = "headings_mapped"
    SHEET_FILED = "sheet_filed"
    SHEET_CONFIRMED = "sheet_confirmed"
    SHEET_RETURNED = "sheet_returned"
    SHEET_DISCARDED = "sheet_discarded"
    ROWS_RETURNED = "rows_returned"
    DOCUMENT_RECEIVED = "document_received"
    DOCUMENT_REFUSED = "document_refused"
    DOCUMENT_DISCARDED = "document_discarded"
    DOCUMENT_FILED = "document_filed"
    FILING_CONFIRMED = "filing_confirmed"
    FILING_RETURNED = "filing_returned"
    CERTIFICATE_RECEIVED = "certificate_received"
    CERTIFICATE_CHANGED = "certificate_changed"
    CERTIFICATE_DISCARDED = "certificate_discarded"
    FOOD_RELATED_ASKED = "food_related_asked"
    LIST_SEARCHED = "list_searched"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    PASSWORD_LINK_MADE = "password_link_made"  # noqa: S105 -- a kind of act
    PASSWORD_SET = "password_set"  # noqa: S105 -- a kind of act
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_THROTTLED = "sign_in_throttled"
    SESSIONS_ENDED = "sessions_ended"
    EPOCH_BEGUN = "epoch_begun"
    BATCH_GIVEN = "batch_given"
    BATCH_TAKEN = "batch_taken"
    BATCH_HELD = "batch_held"
    BATCH_READ = "batch_read"
    BATCH_RELEASED = "batch_released"
    BATCH_CORRECTED = "batch_corrected"
    BATCH_REFUSED = "batch_refused"
    BATCH_OVERTAKEN = "batch_overtaken"
    BATCH_ERASED = "batch_erased"
    QUARANTINE_READ = "quarantine_read"
    QUARANTINE_RETRIED = "quarantine_retried"
    QUARANTINE_CORRECTED = "quarantine_corrected"
    QUARANTINE_REFUSED = "quarantine_refused"
    DISAGREEMENT_NOTICED = "disagreement_noticed"
    DISAGREEMENT_SETTLED = "disagreement_settled"
    LISTS_COMPARED = "lists_compared"
    ROWS_GIVEN = "rows_given"
    RECORDS_RESTATED = "records_restated"
    ANSWERS_LOOKED_BACK_AT = "answers_looked_back_at"
    LOOK_BACK_PROPOSED = "look_back_proposed"
    LOOK_BACK_CLOSED = "look_back_closed"
    CASES_OPENED = "cases_opened"
    CASE_READ = "case_read"
    CASE_STEPPED = "case_stepped"
    CASE_SETTLED = "case_settled"
    CLEARANCE_GIVEN = "clearance_given"
    CLEARANCE_REVOKED = "clearance_revoked"
    NOTICE_MADE = "notice_made"
    NOTICE_ACKNOWLEDGED = "notice_acknowledged"
    NOTICE_DEAD = "notice_dead"
    NOTICE_RESENT = "notice_resent"
    NOTICE_MOOT = "notice_moot"
    WEBHOOK_SET = "webhook_set"
    WEBHOOK_ENDED = "webhook_ended"
    OBJECTION_LODGED = "objection_lodged"
    OBJECTION_READ = "objection_read"
    OBJECTION_DECIDED = "objection_decided"
    OBJECTION_MET = "objection_met"
    OBJECTION_PAPER_WRITTEN = "objection_paper_written"
    ANSWERS_CORRECTED = "answers_corrected"
    OWN_RECORD_GIVEN = "own_record_given"
    TRAIL_READ = "trail_read"
    TRAIL_EXPORTED = "trail_exported"
    LOOK_UPS_SAMPLED = "look_ups_sampled"
    LOOK_UP_REVIEWED = "look_up_reviewed"


REQUIRED: Final[Mapping[EventKind, frozenset[str]]] = {
    EventKind.KEYS_CREATED: frozenset({"master_version", "index_version", "cipher"}),
    # `key` is master or index. New records are made under the new version from here on; the old one still opens.
    EventKind.KEYS_ROTATED: frozenset({"key", "from_version", "to_version"}),
    # Nothing in the store needs a former version any more; so many rows were rewritten by this run.
    EventKind.KEYS_REWRITTEN: frozenset({"key", "to_version", "rows"}),
    EventKind.KEY_RETIRED: frozenset({"key", "version"}),
    EventKind.STORE_MIGRATED: frozenset({"from_revision", "to_revision"}),
    # One entry for one transaction's changes: the versions it took, first and last.
    EventKind.LIST_CHANGED: frozenset({"first_version", "last_version", "region", "source", "changes_digest"}),
    EventKind.LIST_IMPORTED: frozenset({"run_id", "file_digest", "rows", "counts_digest"}),
    EventKind.LIST_EXPORTED: frozenset({"files", "rows", "output_digest"}),
    EventKind.FOOD_RELATED_DECIDED: frozenset({"record_id", "decision", "reason_digest"}),
    EventKind.CHECK_DECIDED: frozenset({"check_no", "client_id", "verdict", "request_digest", "answer_digest"}),
    EventKind.CHECK_READ: frozenset({"check_no", "client_id"}),
    EventKind.SCREENING_RUN: frozenset({"run_no", "rows", "input_digest", "output_digest"}),
    # A record was erased by order; the digest is of the reason and the order's number, which may name people.
    EventKind.RECORD_SEALED: frozenset({"records", "order_digest", "quarantined"}),
    # So many answers that had shown sealed records, and responses that repeated them, were erased.
    EventKind.SEALING_REACHED: frozenset({"orders", "answers", "responses"}),
    # How many rows each rule of registry/law/retention.toml erased.
    EventKind.RETENTION_APPLIED: frozenset({*RetentionRule, "retention_version"}),
    # What it may ask for (empty: any purpose), requests a minute (0: any number), until when, and whether it signs.
    EventKind.CLIENT_ADDED: frozenset(
        {"client_id", "region", "role", "purposes", "rate_per_minute", "expires_at", "signs"}
    ),
    EventKind.CLIENT_DISABLED: frozenset({"client_id"}),
    # A client that seemed to fish was found not to; the digest is of the reason, which may name people.
    EventKind.FLAG_CLEARED: frozenset({"client_id", "reason_digest"}),
    # The wording of a model or policy, kept at its first use so that what it decided can be replayed.
    EventKind.RULES_KEPT: frozenset({"rule", "version", "digest"}),
    EventKind.MODEL_ESTIMATED: frozenset({"version", "roster_digest", "rows", "people"}),
    EventKind.MODEL_ADOPTED: frozenset({"version", "digest", "former_version"}),
    EventKind.POLICY_TRIED: frozenset({"version", "digest", "decisions", "roster_rows", "stopped", "released"}),
    # A model or policy (`rule`) was put before a second person; tried on the checks of so many days, each as of the
    # list it names; adopted by another than who proposed it, from the next check on; or refused, or taken back.
    EventKind.RULE_PROPOSED: frozenset({"proposal_id", "rule", "version", "digest", "reason_digest"}),
    EventKind.RULE_REHEARSED: frozenset({"proposal_id", "days", "checks", "stopped", "released"}),
    EventKind.RULE_ADOPTED: frozenset(
        {"proposal_id", "rule", "version", "digest", "former_version", "proposed_by", "reason_digest"}
    ),
    EventKind.RULE_REFUSED: frozenset({"proposal_id", "rule", "version", "reason_digest"}),
    # A look-up: whose record was opened to explain evidence, by ban or check number (the other is empty).
    EventKind.EVIDENCE_EXPLAINED: frozenset({"ban_no", "check_no"}),
    # A look-up: a decision was made again as of a list version, for a day, by these rules; whether it came out equal.
    EventKind.CHECK_REPLAYED: frozenset({"check_no", "equal", "at_list_version", "for_day", "by_model", "by_policy"}),
    # The decisions of some days were made again; each of the four is `own` where every one was asked as it was made.
    EventKind.PERIOD_REPLAYED: frozenset(
        {
            *("first_day", "last_day", "region", "verdict", "at_list_version", "for_day", "by_model", "by_policy"),
            *("checks", "differing", "not_replayable"),
        }
    ),
    # From this entry on receipts and heads are signed by this key; `thumbprint` names it (RFC 7638).
    EventKind.SIGNING_KEY_MADE: frozenset({"version", "thumbprint"}),
    EventKind.WITNESS_ADDED: frozenset({"witness", "key_id"}),
    EventKind.WITNESS_REMOVED: frozenset({"witness"}),
    EventKind.ALARM_RAISED: frozenset({"alarm", "subject"}),
    EventKind.ALARM_CLEARED: frozenset({"alarm", "subject"}),
    # A log in doubt was verified whole and is trusted again: how far it reached and under which root.
    EventKind.LOG_RESUMED: frozenset({"size", "root", "entries"}),
    # The digest of a backup's file and the list version it holds. Restored: acts recorded after it are lost.
    EventKind.STORE_BACKED_UP: frozenset({"sha256", "of_list_version"}),
    EventKind.STORE_RESTORED: frozenset({"sha256", "of_list_version"}),
    # Salt and facts of so many entries were erased; the digest is over their ids, ascending, one a line.
    EventKind.OPENINGS_ERASED: frozenset({"rule", "entries", "ids_digest"}),
    # A file was kept as it came, sealed; its digest is sealed with it.
    EventKind.ORIGINAL_KEPT: frozenset({"original_no", "form", "region", "bytes"}),
    # A look-up: somebody was given the file as it came.
    EventKind.ORIGINAL_READ: frozenset({"original_no"}),
    # Of `refused` lines nothing was kept but number and code; where there are any, the file is not kept either.
    EventKind.SHEET_RECEIVED: frozenset({"sheet_no", "region", "rows", "refused"}),
    # What a court's headings mean; `remembered` is the version it is remembered under by name, 0 where it is not.
    EventKind.HEADINGS_MAPPED: frozenset({"sheet_no", "columns", "remembered", "refused"}),
    # One person files, another confirms: then the rows are placed, which list_imported records.
    EventKind.SHEET_FILED: frozenset({"sheet_no", "rows", "faulty"}),
    EventKind.SHEET_CONFIRMED: frozenset({"sheet_no", "filed_by", "rows"}),
    EventKind.SHEET_RETURNED: frozenset({"sheet_no"}),
    EventKind.SHEET_DISCARDED: frozenset({"sheet_no"}),
    # Rows that could not be taken were given to somebody; `file` is a spreadsheet's number, or begins a digest.
    EventKind.ROWS_RETURNED: frozenset({"file", "rows", "output_digest"}),
    # A judgment or revocation was laid on the desk, under the number the desk gave it.
    EventKind.DOCUMENT_RECEIVED: frozenset({"document_no", "document_kind", "region"}),
    # So many people of a document may not be kept, and whatever named them was erased or never written.
    EventKind.DOCUMENT_REFUSED: frozenset({"document_no", "code", "people"}),
    EventKind.DOCUMENT_DISCARDED: frozenset({"document_no"}),
    # One person asks for a step, another decides; the digest is one only the filing's own key can make.
    EventKind.DOCUMENT_FILED: frozenset({"document_no", "number", "filing_kind", "content_digest"}),
    # The list versions it took (0 where the list did not change) and what became of the rows.
    EventKind.FILING_CONFIRMED: frozenset(
        {"document_no", "number", "filing_kind", "filed_by", "first_version", "last_version", "rows"}
    ),
    EventKind.FILING_RETURNED: frozenset({"document_no", "number", "filing_kind"}),
    # A certificate of effect was kept beside the judgment whose case number it states, under a number of its own.
    EventKind.CERTIFICATE_RECEIVED: frozenset({"certificate_no", "region"}),
    # A person put right what was read of it, or discarded it.
    EventKind.CERTIFICATE_CHANGED: frozenset({"certificate_no"}),
    EventKind.CERTIFICATE_DISCARDED: frozenset({"certificate_no"}),
    # Somebody looked at a waiting row and could not tell; the digest is one only the question's own key can make.
    EventKind.FOOD_RELATED_ASKED: frozenset({"record_id", "question_digest"}),
    # A look-up by name, number or ban: how, how many were shown, what for, and the digest of the ground stated.
    EventKind.LIST_SEARCHED: frozenset({"by", "found", "purpose", "ground_digest"}),
    # People who use the console, by number; an empty region is all four.
    EventKind.USER_ADDED: frozenset({"user_id", "role", "region"}),
    EventKind.USER_CHANGED: frozenset({"user_id", "role", "region", "former_role", "former_region"}),
    EventKind.USER_DISABLED: frozenset({"user_id"}),
    EventKind.USER_ENABLED: frozenset({"user_id"}),
    EventKind.PASSWORD_LINK_MADE: frozenset({"user_id"}),
    # `by` is link (an administrator's, used once) or user (who knew the former password).
    EventKind.PASSWORD_SET: frozenset({"user_id", "by"}),
    EventKind.SIGNED_IN: frozenset({"user_id", "session_id"}),
    # `user_id` 0: nobody has the name that was typed.
    EventKind.SIGN_IN_FAILED: frozenset({"user_id"}),
    # From here on attempts are refused for a while; `by` is account or address. Refused ones are not recorded.
    EventKind.SIGN_IN_THROTTLED: frozenset({"user_id", "by"}),
    # `by` is sign_out, user (from the account page), password, role or disabled.
    EventKind.SESSIONS_ENDED: frozenset({"user_id", "sessions", "by"}),
    # From here on the list's versions are told to partners as numbers of this epoch; another begins after a restore.
    EventKind.EPOCH_BEGUN: frozenset({"epoch"}),
    # So many items that say something of somebody left for a partner; the digest is of the batch's exact bytes.
    EventKind.BATCH_GIVEN: frozenset({"partner", "epoch", "batch_kind", "first", "last", "items", "batch_digest"}),
    # What a partner sent was placed, all in this commit; the counts are of the outcomes of its items.
    EventKind.BATCH_TAKEN: frozenset(
        {"partner", "epoch", "batch_kind", "first", "last", "items", "batch_digest", "counts_digest"}
    ),
    # What a partner sent was taken in no part and waits for a person; `reason` is a code of docs/sync-protocol.md.
    EventKind.BATCH_HELD: frozenset({"hold_no", "partner", "fault", "batch_digest"}),
    # A look-up: somebody was shown what is in a held batch.
    EventKind.BATCH_READ: frozenset({"hold_no"}),
    # A person's decision about a held batch; the note may name people, so that its digest stands here.
    EventKind.BATCH_RELEASED: frozenset({"hold_no", "partner", "batch_digest", "note_digest"}),
    EventKind.BATCH_CORRECTED: frozenset(
        {"hold_no", "partner", "batch_digest", "file_digest", "replaced", "note_digest"}
    ),
    # `moved_to`: the number the exchange goes on after; 0 where the batch was not the next in turn.
    EventKind.BATCH_REFUSED: frozenset({"hold_no", "partner", "batch_digest", "moved_to", "note_digest"}),
    # What was held came again sound, or its numbers were taken another way: nobody has to decide any more.
    EventKind.BATCH_OVERTAKEN: frozenset({"hold_no", "partner"}),
    # Nobody decided within the time such contents may be kept: they were erased, and the batch counts as refused.
    EventKind.BATCH_ERASED: frozenset({"hold_no", "partner"}),
    # A look-up: somebody was shown the cells of a row in quarantine.
    EventKind.QUARANTINE_READ: frozenset({"quarantine_id"}),
    # A person's decision about a row in quarantine, and what became of it; the note may name people.
    EventKind.QUARANTINE_RETRIED: frozenset({"quarantine_id", "outcome", "note_digest"}),
    EventKind.QUARANTINE_CORRECTED: frozenset({"quarantine_id", "outcome", "file_digest", "note_digest"}),
    EventKind.QUARANTINE_REFUSED: frozenset({"quarantine_id", "note_digest"}),
    # Two provinces' rows say different things of one person; `fields` are columns, separated by a semicolon.
    EventKind.DISAGREEMENT_NOTICED: frozenset({"one_record_id", "other_record_id", "fields"}),
    EventKind.DISAGREEMENT_SETTLED: frozenset({"disagreement_id", "reason_digest"}),
    # Two sides compared what they hold: at which versions of either, how many rows, how many differed.
    EventKind.LISTS_COMPARED: frozenset(
        {"partner", "of_list_version", "their_list_version", "compared", "differences", "restated"}
    ),
    # A partner that compares was given rows as they stand here; `doubtful` were asked for and not given.
    EventKind.ROWS_GIVEN: frozenset({"partner", "rows", "doubtful"}),
    # Copies that were altered here gave way to what their own side states; the digests are over both, row by row.
    EventKind.RECORDS_RESTATED: frozenset({"records", "before_digest", "after_digest"}),
    # Past answers were compared with the changes of these list versions; so many would be stricter, or less strict.
    EventKind.ANSWERS_LOOKED_BACK_AT: frozenset({"from_list_version", "to_list_version", "checks", "listed", "lifted"}),
    # A regulator settled what looking back had found; `outcome` is dealt_with, other_person or not_issued,
    # and the digest is one of the reason that only the finding's own key can make.
    EventKind.LOOK_BACK_CLOSED: frozenset({"finding_id", "check_no", "outcome", "content_digest"}),
    # A regulator said that somebody who would be held is another person; a second one is to say so, too.
    EventKind.LOOK_BACK_PROPOSED: frozenset({"finding_id", "check_no", "outcome", "content_digest"}),
    # Held answers of before there were cases were put before the regulators.
    EventKind.CASES_OPENED: frozenset({"cases"}),
    # A look-up: a regulator opened a held application, with its applicant and whom it may be.
    EventKind.CASE_READ: frozenset({"check_no"}),
    # What was done about it, and a digest of what was said only the step's own key can make.
    EventKind.CASE_STEPPED: frozenset({"check_no", "number", "step", "content_digest"}),
    # What its licensing system is told from here on: confirmed, released, withdrawn, or open again.
    EventKind.CASE_SETTLED: frozenset({"check_no", "outcome"}),
    # From here on this applicant is not stopped for that listed person while the evidence stays as it is.
    EventKind.CLEARANCE_GIVEN: frozenset({"clearance_no", "check_no", "ban_no"}),
    EventKind.CLEARANCE_REVOKED: frozenset({"clearance_no", "reason_digest"}),
    # What a licensing system is told of a check it made; delivered afterwards, as often as it takes.
    EventKind.NOTICE_MADE: frozenset({"notice_no", "client_id", "notice_kind", "check_no"}),
    EventKind.NOTICE_ACKNOWLEDGED: frozenset({"notice_no", "client_id"}),
    # It did not arrive after so many attempts and is not tried any more by itself.
    EventKind.NOTICE_DEAD: frozenset({"notice_no", "client_id", "attempts"}),
    EventKind.NOTICE_RESENT: frozenset({"notice_no", "client_id"}),
    # It spoke of a late ban that was lifted before it had arrived, and is sent no more.
    EventKind.NOTICE_MOOT: frozenset({"notice_no", "client_id"}),
    # Where a system wants to be told; the digest is of the address.
    EventKind.WEBHOOK_SET: frozenset({"client_id", "address_digest"}),
    EventKind.WEBHOOK_ENDED: frozenset({"client_id"}),
    # Somebody objects to a ban or to a held application (the other is empty), with so many files of evidence.
    EventKind.OBJECTION_LODGED: frozenset({"objection_no", "region", "ban_no", "check_no", "files"}),
    # A look-up: somebody opened an objection with its statement.
    EventKind.OBJECTION_READ: frozenset({"objection_no"}),
    # Upheld, rejected, or taken back by who objected (withdrawn).
    EventKind.OBJECTION_DECIDED: frozenset({"objection_no", "state", "reason_digest"}),
    # The list came to say what an upheld objection asked for.
    EventKind.OBJECTION_MET: frozenset({"objection_no"}),
    # A letter of it was written: the decision (objection_…), or a request to correct; the digest is of the file.
    EventKind.OBJECTION_PAPER_WRITTEN: frozenset({"objection_no", "paper", "form", "digest"}),
    # The list changed in these versions: so many bans bar nobody any more, and so many past answers had named them.
    EventKind.ANSWERS_CORRECTED: frozenset({"first_version", "last_version", "bans", "answers"}),
    # A look-up: somebody was given what is held about them (so many bans); the digest is of the ground stated.
    EventKind.OWN_RECORD_GIVEN: frozenset({"request_no", "found", "ground_digest"}),
    # Somebody opened the trail of acts; the digest is of what was asked for.
    EventKind.TRAIL_READ: frozenset({"filter_digest"}),
    EventKind.TRAIL_EXPORTED: frozenset({"filter_digest", "form", "rows", "output_digest"}),
    # So many of a week's look-ups are to be reviewed by another unit; which, follows from the log's head `root`.
    EventKind.LOOK_UPS_SAMPLED: frozenset({"week", "look_ups", "sampled", "root"}),
    EventKind.LOOK_UP_REVIEWED: frozenset({"sample_id", "finding", "note_digest"}),
}

# A whole value shaped like a resident ID (15 or 18 characters) has no business here.
_ID_SHAPED: Final = re.compile(r"\d{15}|\d{17}[\dXx]", re.ASCII)


def checked(kind: EventKind, facts: Facts) -> Facts:
    """Return the facts if they are exactly those the kind requires; ValueError names the fields otherwise.

    A wrong entry is a mistake in the program, not in anybody's input.
    """
    required = REQUIRED[kind]
    if facts.keys() != required:
        wrong = sorted(facts.keys() ^ required)
        raise ValueError(f"the event {kind} states too much or too little: {', '.join(wrong)}")
    unfit = [field for field, value in facts.items() if not _is_fit(value)]
    if unfit:
        raise ValueError(f"the event {kind} states what no entry may hold in: {', '.join(unfit)}")
    return facts


def _is_fit(value: object) -> bool:
    """Numbers and codes only; anything shaped like a resident ID is somebody's."""
    if isinstance(value, str):
        return _ID_SHAPED.fullmatch(value) is None
    return isinstance(value, int) and not isinstance(value, bool)
