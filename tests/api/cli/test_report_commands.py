"""`registry report month` writes a PDF of the month's figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.main import main
from registry.services.context import Services
from registry.settings import Settings
from tests.registry.papers.papers_at_hand import words
from tests.registry.services.cases_at_hand import blocked, list_somebody, office


def test_a_months_report_is_written_for_a_region(
    settings: Settings, services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    list_somebody(services)
    blocked(office(services))
    month, out = f"{services.clock.today():%Y-%m}", tmp_path / "report.pdf"
    words_given = ["report", "month", month, "--out", str(out), "--region", "33", "--unit", "浙江省某局"]
    ended = CliRunner().invoke(main, words_given)
    assert ended.exit_code == 0, ended.output
    said = words(out.read_bytes())
    assert "共答复核查1次，其中拦截（暂停办理）1次" in said
    assert "浙江省某局" in said


def test_a_month_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    ended = CliRunner().invoke(main, ["report", "month", "2026-13", "--out", str(tmp_path / "report.pdf")])
    assert ended.exit_code == 2
