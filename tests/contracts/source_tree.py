"""The project's own files, as the contract tests read them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("api", "jobs", "matching", "registry", "seeds", "witness")
PYTHON_PLACES = (*SHIPPED, "benchmarks", "tools", "tests")
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".cfg",
    ".toml",
    ".sh",
    ".html",
    ".js",
    ".css",
    ".lock",
    ".yml",
    ".yaml",
    ".ini",
    ".mako",
}


def relative(path: Path) -> str:
    """Return the path as a person names it, from the project's root."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def python_files(*places: str) -> tuple[Path, ...]:
    """Return the Python files under the named directories of the project (all of them by default)."""
    found = (path for place in places or PYTHON_PLACES for path in (ROOT / place).rglob("*.py"))
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


@functools.cache
def text_files() -> tuple[Path, ...]:
    """Return every text file that somebody wrote, tests and documents included."""
    top = [
        path for path in ROOT.iterdir() if path.is_file() and (path.suffix in TEXT_SUFFIXES or path.name == "Makefile")
    ]
    below = [path for place in (*PYTHON_PLACES, "docs", ".ci") for path in (ROOT / place).rglob("*") if path.is_file()]
    written = [path for path in below if path.suffix in TEXT_SUFFIXES or path.parent.name == ".ci"]
    return tuple(sorted(path for path in [*top, *written] if "__pycache__" not in path.parts))


@functools.cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, methods and inner functions included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function takes, its signature and docstring included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1
