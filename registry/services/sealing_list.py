"""The sealing orders kept beside the store, so that a backup brought back does not bring back what was sealed.

A file of lines of JSON in the home directory: region, record number, digest of the order, instant. It names nobody.
It is no part of a backup of the database and is carried over to a restored one.
"""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Final

from registry.errors import UnavailableError
from registry.store.sealing_repository import SealingOrder

FILE_NAME: Final = "sealing-orders.jsonl"


def remember(home: Path, order: SealingOrder) -> None:
    """Add an order to the file, durably, before it is carried out; UnavailableError where it cannot be written."""
    line = {
        "source_region": order.source_region,
        "record_no": order.record_no,
        "order_digest": order.order_digest,
        "sealed_at": order.sealed_at.astimezone(datetime.UTC).isoformat(),
    }
    try:
        with os.fdopen(os.open(home / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise UnavailableError("the list of sealing orders cannot be written: see REGISTRY_HOME") from None


def remembered(home: Path) -> list[SealingOrder]:
    """Return the orders of the file, oldest first; none where there is no file. ValueError where a line is damaged."""
    try:
        lines = (home / FILE_NAME).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [_order(json.loads(line)) for line in lines if line.strip()]


def _order(line: dict[str, str]) -> SealingOrder:
    at = datetime.datetime.fromisoformat(line["sealed_at"])
    return SealingOrder(line["source_region"], line["record_no"], line["order_digest"], at)
