"""Whatever breaks while checks are made, nobody listed is told `clear` and no answer is lost or doubled."""

from __future__ import annotations

from registry.settings import Settings
from tests.soak.failing_closed import checks_under_faults
from tests.soak.injected_faults import QUICK, SLOW

CHECKS = 500
"""On each of the two databases; `make soak` asks ten times as many."""


def test_under_random_faults_every_answer_is_right_and_everything_else_is_a_refusal(settings: Settings) -> None:
    seen = checks_under_faults(settings, "make test", CHECKS)
    assert seen.wrong == []
    assert seen.asked >= CHECKS
    assert seen.answered > CHECKS // 4
    assert set(seen.refused_by) >= {fault.__name__ for fault in QUICK}
    assert set(seen.refused_by) & {fault.__name__ for fault in SLOW}
