"""How much the door takes at once; stated in the OpenAPI document and in the refusal."""

from __future__ import annotations

from typing import Final

CHECK_BYTES: Final = 2 * 1024 * 1024
"""More than the largest check the schema allows, every character of it written as an escape (1.4 MB)."""

BATCH_BYTES: Final = 8 * 1024 * 1024
"""A thousand checks of twenty people; larger ones go in several batches."""
