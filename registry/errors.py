"""The one family of errors; each door translates it once.

No message ever carries a name, an ID number or a key: texts name the field, the row and the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing wrong with an input: where, which rule (a stable code) and what to do about it."""

    field: str
    code: str
    reason: str


class RegistryError(Exception):
    """Anything the register refuses or cannot do; `code` is stable and machine-readable."""

    code = "registry_error"


class InvalidInputError(RegistryError):
    """The caller's input cannot be taken; every fault is named, nothing was done."""

    code = "invalid_input"

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.reason}" for fault in faults))
        self.faults = tuple(faults)


class InsufficientIdentityError(InvalidInputError):
    """A subject states too little to be screened: a name plus an ID or a birth date is needed."""

    code = "insufficient_identity"


class NotFoundError(RegistryError):
    """There is no such thing, or not for this caller (the two are told apart by nobody)."""

    code = "not_found"


class NotAuthenticatedError(RegistryError):
    """The caller showed no valid key."""

    code = "not_authenticated"


class SignatureRefusedError(NotAuthenticatedError):
    """A client that must sign its requests did not, or not so that it holds; the faults name what is wrong."""

    code = "signature_refused"

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)


class NotAllowedError(RegistryError):
    """The caller is known but may not do this."""

    code = "not_allowed"


class OutOfReachError(NotAllowedError):
    """The caller may do this, but not for what this field states; the fault names it."""

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.reason}" for fault in faults))
        self.faults = tuple(faults)


class OutOfRegionError(OutOfReachError):
    """The caller may do this, but not for this region."""


class OutOfPurposeError(OutOfReachError):
    """The caller may do this, but not for this purpose."""


class ClientFlaggedError(NotAllowedError):
    """The client seems to fish, and the policy has its checks refused until a person has looked into it."""

    code = "client_flagged"


class SamePersonError(NotAllowedError):
    """Whoever filed something may not confirm it: a second person must."""

    code = "same_person"


class IdempotencyMismatchError(RegistryError):
    """The idempotency key was used before with another body."""

    code = "idempotency_key_reused"


class IdempotencyInProgressError(RegistryError):
    """A request with the same idempotency key is still being worked on."""

    code = "idempotency_in_progress"


class RateExceededError(RegistryError):
    """This client has asked as often as it may in this minute; nothing was done, and the next minute has room."""

    code = "rate_exceeded"

    def __init__(self, seconds: int) -> None:
        super().__init__("this client has asked as often as it may in this minute")
        self.seconds = seconds


class ConflictError(RegistryError):
    """The thing's state does not admit this act (already decided, already withdrawn)."""

    code = "conflict"


class ChangedMeanwhileError(ConflictError):
    """Somebody else has changed the thing since the caller saw it; nothing was done."""

    code = "changed_meanwhile"


class StillHeldError(ConflictError):
    """A case cannot be released as fresh; `code` says why: today's list names somebody, or is too old still."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class LeaseLostError(ConflictError):
    """Another worker leads this job by now: whoever led it before writes nothing any more."""


class UnavailableError(RegistryError):
    """Store, keys, list or ledger are unavailable or in doubt; never an answer in their place."""

    code = "unavailable"


class UnknownPositionError(ConflictError):
    """This partner was never given a batch that ends where it says it has come to: it takes a snapshot."""

    code = "unknown_position"


class EpochChangedError(ConflictError):
    """The numbers a partner speaks of are of another history than this store's: it takes a snapshot."""

    code = "epoch_changed"


class SnapshotNeededError(ConflictError):
    """A partner has stayed behind further than single changes are given for: it takes a snapshot."""

    code = "snapshot_needed"


class HeldBatchError(ConflictError):
    """A batch cannot be taken as it is; `code` says which rule it breaks, the text where, and neither names anybody."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class OverloadedError(UnavailableError):
    """More is asked than can be answered now; nothing was done, and asking again later may find room."""

    code = "overloaded"


class LogInDoubtError(UnavailableError):
    """The log of acts is not what was signed: nothing is signed and nothing answered until it was verified."""

    code = "log_in_doubt"


class PartnerUnavailableError(UnavailableError):
    """A partner of the exchange cannot be reached, or answers in a way nothing can be taken from; `fault` says how."""

    code = "partner_unavailable"

    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class UnforeseenError(UnavailableError):
    """Something broke that nobody foresaw; what it was is the cause of this error, for the log alone."""


class PaperNotDrawnError(UnavailableError):
    """A paper could not be drawn; what the typesetter said would quote it and is kept nowhere."""


class HistoryChangedError(UnavailableError):
    """The store went back, or is another's: the list in memory is of a history that is not the store's any more."""


class KeysMissingError(UnavailableError):
    """The key file is missing."""

    code = "keys_missing"


class KeysMismatchError(UnavailableError):
    """The keys at hand are not those the data was encrypted with, or the data was altered."""

    code = "keys_mismatch"


class KeysExposedError(UnavailableError):
    """The key file may be read by others than its owner."""

    code = "keys_exposed"


class SettingsError(RegistryError):
    """A setting is missing or wrong; the message names the variable."""

    code = "settings"
