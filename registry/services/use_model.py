"""Adopt a model version: from then on processes that start judge by it; decisions already made keep theirs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matching import model_file
from matching.model import DEFAULT, Model
from registry.errors import FieldFault, InvalidInputError
from registry.ledger.events import EventKind
from registry.services.kept_rules import keep_rule, require_fit
from registry.store.rule_repository import Rule, digest_of

if TYPE_CHECKING:
    from registry.services.context import Services


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A kept model version: its digest, whether it is in use, and whether this program ships it."""

    version: str
    digest: str
    in_use: bool
    shipped: bool


def use_model(services: Services, chosen: str, *, actor: str) -> str:
    """Adopt a kept version, or the version of a model file; return its name.

    Raises NotFoundError where there is neither, InvalidInputError where the file is no model, was changed after it
    was made or has no digest, ConflictError where it was made for another program.
    """
    text = _file(Path(chosen))
    with services.store.write() as uow:
        uow.head.lock()
        text = uow.rules.text(Rule.MODEL, chosen) if text is None else text
        model = model_stated(text)
        require_fit(model)
        if not uow.rules.is_kept(Rule.MODEL, model.version, text):
            keep_rule(uow, Rule.MODEL, model.version, text, actor)
        former = uow.rules.in_use(Rule.MODEL) or DEFAULT.version
        uow.rules.use(Rule.MODEL, model.version)
        facts: dict[str, str | int] = {"version": model.version, "digest": digest_of(text), "former_version": former}
        uow.ledger.record(EventKind.MODEL_ADOPTED, actor, facts)
    return model.version


def list_models(services: Services) -> list[ModelVersion]:
    """Return every kept model version; the shipped one is in use where none was chosen."""
    with services.store.read() as uow:
        kept, chosen = uow.rules.kept(Rule.MODEL), uow.rules.in_use(Rule.MODEL) or DEFAULT.version
    return [
        ModelVersion(each.version, each.digest, each.version == chosen, each.version == DEFAULT.version)
        for each in kept
    ]


def _file(path: Path) -> str | None:
    try:
        return path.read_text("utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        raise _refused("cannot be read") from None


def model_stated(text: str) -> Model:
    """Return the model a file's wording states.

    Raises InvalidInputError where it is no model, was changed after it was made, or has no digest.
    """
    try:
        model = model_file.read(text)
    except ValueError as fault:
        raise _refused(str(fault)) from None
    # A former program's own model is kept without a digest; only what comes in as a file must bear one.
    if "+" not in model.version and text != model_file.written(DEFAULT):
        raise _refused("has a version without the digest of its content: make it with `registry model estimate`")
    return model


def _refused(reason: str) -> InvalidInputError:
    return InvalidInputError([FieldFault("model", "model_file", reason)])
