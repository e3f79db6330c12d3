"""What was streamed and not read to its end is closed with its transaction, never later by the garbage collector."""

from __future__ import annotations

import gc
import threading

import pytest

from registry.store.engine import Store
from registry.store.tables import rule_text
from tests.contracts.source_tree import python_files, relative


def _left_in_the_middle(store: Store) -> list[object]:
    """Begin to read a stream, fail, and keep hold of it, as a traceback does."""
    held: list[object] = []

    def reads() -> None:
        with store.read() as uow:
            rows = iter(uow.transaction.stream(rule_text.select(), 1))
            held.append(rows)
            next(rows)
            raise LookupError

    with pytest.raises(LookupError):
        reads()
    return held


def test_a_stream_left_in_the_middle_ends_with_its_transaction(store: Store) -> None:
    with store.read() as uow:
        stream = uow.transaction.stream(rule_text.select(), 1)
        assert not stream.closed
    assert stream.closed


def test_a_connection_can_be_used_again_while_what_was_streamed_on_it_is_collected(store: Store) -> None:
    held = _left_in_the_middle(store)

    def use_it_again() -> None:
        with store.read() as uow:
            held.clear()
            gc.collect()
            assert uow.head.version() == 0

    thread = threading.Thread(target=use_it_again, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_nothing_is_streamed_in_another_way() -> None:
    streaming = [path for path in python_files("registry") if "yield_per" in path.read_text("utf-8")]
    assert [relative(path) for path in streaming] == ["registry/store/transaction.py"]
