"""Load beyond capacity: the excess is refused at once and politely, the rest is answered rightly, and it passes."""

from __future__ import annotations

from registry.settings import Settings
from tests.soak.overload import overload

CONNECTIONS = 250
"""More than one worker works on and lets wait; `make soak` asks over ten times as many."""


def test_the_excess_is_refused_the_rest_is_right_and_the_server_recovers(settings: Settings) -> None:
    load = overload(settings, CONNECTIONS, seconds=2.0, workers=1)
    assert load.wrong == []
    assert load.broken_lines == 0
    assert load.reasons.keys() == {"overloaded"}
    assert load.statuses[200] > 100
    assert load.statuses[503] > 100
    assert load.seconds_to_recover < 10
