"""Compiles a function of plain numbers and arrays to machine code, once for a machine.

The machine code is kept where Python keeps its own (`__pycache__`), else below the user's cache directory; where
neither can be written it is compiled anew in every process that starts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Return the function to be compiled into those that call it; by itself it is compiled at its first call."""
    return cast(Function, numba.njit(nogil=True, error_model="numpy")(function))


def compiled_for(*arguments: Any) -> Callable[[Function], Function]:
    """Return a decorator that compiles for arguments of these types at once, or loads what was kept.

    Types are numpy dtypes for numbers and one-tuples of a dtype for contiguous arrays. What the function reads from
    the modules it imports is frozen with it and not looked at again, but for layouts named here: constants belong into
    its own file.
    """
    signature = tuple(_type(each) for each in arguments)
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}

    def decorate(function: Function) -> Function:
        try:
            return cast(Function, numba.njit(signature, cache=True, **options)(function))
        except RuntimeError:  # numba: no place to keep the machine code
            return cast(Function, numba.njit(signature, **options)(function))

    return decorate


def _type(described: Any) -> Any:
    return numba.from_dtype(described[0])[::1] if isinstance(described, tuple) else numba.from_dtype(described)
