"""The house rules that a machine can hold: names, sizes, errors, clocks, docstrings."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.source_tree import (
    PYTHON_PLACES,
    ROOT,
    SHIPPED,
    functions,
    length,
    python_files,
    relative,
    text_files,
    tree,
)

NAMELESS = re.compile(r"(utils?|helpers?|common|misc|managers?)(\.py)?")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")
LEFT_OUT = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|pragma: no cover")
THIS_MACHINE = re.compile(r"/(work|root|opt|home)/[a-z]|/tmp/(venv|bp)|BLUE" + r"PRINT")
FOREIGN_HOST = re.compile(
    r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import\s+["']https?:"""
)
CLOCK_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("datetime", "today")}
SHORT_WORDS_OF_A_SENTENCE = 3


def lines_matching(pattern: re.Pattern[str], paths: tuple[Path, ...]) -> list[str]:
    """Name every line of the files in which the pattern is found."""
    return [
        f"{relative(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_is_named_for_nothing_in_particular() -> None:
    names = [path for place in PYTHON_PLACES for path in (ROOT / place).rglob("*") if "__pycache__" not in path.parts]
    assert [relative(path) for path in names if NAMELESS.fullmatch(path.name)] == []


def test_no_function_is_longer_than_forty_lines_and_half_are_shorter_than_ten() -> None:
    sizes = {
        f"{relative(path)}:{node.lineno} {node.name}": length(node)
        for path in python_files()
        for node in functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > 40} == {}
    shipped = [size for name, size in sizes.items() if name.startswith(SHIPPED)]
    assert statistics.median(shipped) < 10


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    sizes = {relative(path): path.read_text("utf-8").count("\n") for path in python_files()}
    assert {name: size for name, size in sizes.items() if size >= 400} == {}


def test_nothing_is_left_unfinished_or_skipped() -> None:
    assert lines_matching(UNFINISHED, text_files()) == []
    others = tuple(path for path in python_files() if path != Path(__file__))
    assert lines_matching(LEFT_OUT, others) == []
    assert lines_matching(BARE_IGNORE, others) == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    assert lines_matching(THIS_MACHINE, tuple(path for path in text_files() if path != Path(__file__))) == []


def caught_names(handler: ast.ExceptHandler) -> set[str]:
    """Return the names of the exceptions a handler keeps; a bare one keeps `everything`, one that re-raises nothing."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return set()
    if handler.type is None:
        return {"everything"}
    return {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}


def test_no_handler_catches_everything() -> None:
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and caught_names(node) & {"everything", "Exception", "BaseException"}
    ]
    assert found == []


def test_matching_and_law_never_call_the_clock() -> None:
    pure = (*python_files("matching"), *python_files("registry/law"))
    assert pure
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in pure
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (ast.unparse(node.func.value).rpartition(".")[2], node.func.attr) in CLOCK_CALLS
    ]
    assert found == []


def is_silent_by_nature(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Tell what needs no docstring: private things, a schema's Meta, and what a protocol only asks for (`...`)."""
    asked_for_only = isinstance(node.body[-1], ast.Expr) and ast.unparse(node.body[-1]) == "..."
    return node.name.startswith("_") or node.name == "Meta" or asked_for_only


def documented(path: Path) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield what owes a reader a docstring: the module and its public classes, functions and methods."""
    module = tree(path)
    yield module
    holders: list[ast.Module | ast.ClassDef] = [module]
    for holder in holders:
        for node in holder.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not is_silent_by_nature(node):
                yield node
                holders += [node] if isinstance(node, ast.ClassDef) else []


@pytest.mark.parametrize("place", SHIPPED)
def test_every_public_thing_says_what_it_is(place: str) -> None:
    silent = [
        f"{relative(path)}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', 'module')}"
        for path in python_files(place)
        if "migrations/versions" not in relative(path)
        for node in documented(path)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_test_is_named_by_a_sentence() -> None:
    names = [
        f"{relative(path)} {node.name}"
        for path in python_files("tests")
        for node in functions(path)
        if node.name.startswith("test_") and len(node.name.split("_")) <= SHORT_WORDS_OF_A_SENTENCE
    ]
    assert names == []


def test_served_pages_load_nothing_from_another_host() -> None:
    served = [
        path for place in SHIPPED for suffix in ("html", "css", "js") for path in (ROOT / place).rglob(f"*.{suffix}")
    ]
    written_in_code = list(python_files("api"))
    assert lines_matching(FOREIGN_HOST, (*served, *written_in_code)) == []
