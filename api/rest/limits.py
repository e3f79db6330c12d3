"""How much the door takes at once; stated in the OpenAPI document and in the refusal."""

from __future__ import annotations

from typing import Final

CHECK_BYTES: Final = 2 * 1024 * 1024
"""More than the largest check the schema allows, every character of it written as an escape (1.4 MB)."""

BATCH_BYTES: Final = 8 * 1024 * 1024
"""A thousand checks of twenty people; larger ones go in several batches."""

JUDGMENT_BYTES: Final = BATCH_BYTES
"""One judgment as a file, or as Base64 (then about six megabytes of file): what a proxy lets pass for a batch."""

STEP_BYTES: Final = CHECK_BYTES
"""What a judgment says, sent back whole to be filed."""

NOTE_BYTES: Final = 64 * 1024
"""A few short fields."""
