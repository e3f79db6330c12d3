"""`registry look-back` as an operator uses it."""

from __future__ import annotations

import json

from click.testing import CliRunner

from api.cli.main import main
from api.cli.operation import open_services
from tests.api.cli.test_explain_commands import Run, run
from tests.api.rest.caller import applicant
from tests.invented_list import Listing, person, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import NAME, NUMBER, office

__all__ = ["run"]


def test_it_takes_up_what_has_just_changed_when_told_to(run: Run) -> None:
    today = open_services()
    report_fresh(today)
    office(today).check(applicant(NAME, NUMBER))
    put_on_list(today, Listing(person(NAME, NUMBER)))
    today.store.close()
    done = CliRunner().invoke(main, ["look-back", "--now", "--json"])
    assert json.loads(done.stdout)["listed"] == 1
    assert "0 would be stricter now" in CliRunner().invoke(main, ["look-back"]).output
