"""A body is a document or it is refused; no field is given twice, wherever it stands and however it is written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rest.json_body import parsed
from api.rest.problems import MalformedBodyError


@pytest.mark.parametrize(
    ("text", "each_once"),
    [
        (b'{"a":1,"b":{"a":2}}', True),
        (b'{"a":":","b":[{"a":2},{"a":"3:4"}]}', True),
        (b'{"a":1,"\\u0061":2}', False),
        (b'{"a":":","a":2}', False),
        (b'{"a":{"b":1,"c":2},"a":3}', False),
        (b'{"a":{"b":1},"c":[{"d":1,"d":{}}]}', False),
        (b'{"a" \n:1,"a"\t: 2}', False),
    ],
)
def test_a_field_given_twice_is_seen_wherever_it_stands_and_however_it_is_written(text: bytes, each_once: bool) -> None:
    if each_once:
        assert parsed(text) == json.loads(text)
    else:
        with pytest.raises(MalformedBodyError):
            parsed(text)


class _Fields(tuple[tuple[str, object], ...]):
    """An object as it is written, field after field, perhaps one of them twice."""

    __slots__ = ()


def _written(value: object) -> str:
    if isinstance(value, _Fields):
        return "{" + ",".join(f"{json.dumps(name)}:{_written(each)}" for name, each in value) + "}"
    return "[" + ",".join(map(_written, value)) + "]" if isinstance(value, list) else json.dumps(value)


def _has_twice(value: object) -> bool:
    if isinstance(value, _Fields):
        return len({name for name, _ in value}) < len(value) or any(_has_twice(each) for _, each in value)
    return isinstance(value, list) and any(map(_has_twice, value))


_VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(':ab"\\', max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(st.sampled_from(["a", "b", ":"]), inner), max_size=3).map(_Fields)
    ),
    max_leaves=8,
)


@given(_VALUES)
def test_a_document_is_taken_exactly_where_no_object_has_a_field_twice(value: object) -> None:
    text = _written(value).encode()
    if _has_twice(value):
        with pytest.raises(MalformedBodyError):
            parsed(text)
    else:
        assert parsed(text) == json.loads(text)
