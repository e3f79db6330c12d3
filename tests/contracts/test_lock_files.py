"""The lock files hold what setup.cfg asks for, whole and with hashes."""

from __future__ import annotations

import configparser
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts.source_tree import ROOT

PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """Return name -> version of everything a lock file pins."""
    return {canonicalize_name(name): version for name, version in PINNED.findall((ROOT / lock).read_text("utf-8"))}


def wanted(section: str, option: str) -> list[Requirement]:
    """Return the requirements setup.cfg states under one option."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return [Requirement(line) for line in parser[section][option].splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("lock", "section", "option"),
    [
        ("requirements.lock", "options", "install_requires"),
        ("requirements-dev.lock", "options", "install_requires"),
        ("requirements-dev.lock", "options.extras_require", "dev"),
        ("requirements-bench.lock", "options", "install_requires"),
        ("requirements-bench.lock", "options.extras_require", "bench"),
    ],
)
def test_every_requirement_is_pinned_at_a_version_it_allows(lock: str, section: str, option: str) -> None:
    pinned = pins(lock)
    unmet = [
        str(need)
        for need in wanted(section, option)
        if not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"))
    ]
    assert unmet == []


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: tested.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_every_pin_carries_a_hash_and_no_lock_names_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 30
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links", text) == []
