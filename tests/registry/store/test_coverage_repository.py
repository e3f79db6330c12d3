"""How fresh each region is: stated by who brings its data, never going back and never ahead of this side's clock."""

from __future__ import annotations

import datetime

from registry.store.engine import Store

DAY = datetime.timedelta(days=1)


def test_coverage_goes_forward_only_and_never_ahead_of_this_sides_clock(store: Store) -> None:
    now = store.clock.now()
    with store.write() as uow:
        uow.coverage.advance_to({"31": now - DAY, "32": now - DAY, "33": now + DAY})
        uow.coverage.advance_to({"31": now - 2 * DAY, "32": now})
    with store.read() as uow:
        assert uow.coverage.as_of() == {"31": now - DAY, "32": now, "33": now}


def test_how_long_a_region_is_fresh_is_noted_changed_and_given_back_to_the_policy(store: Store) -> None:
    with store.write() as uow:
        assert not uow.coverage.set_valid_for({"31": DAY}), "nothing was ever heard of the region"
        uow.coverage.advance(["31"])
        assert uow.coverage.set_valid_for({"31": DAY})
        assert not uow.coverage.set_valid_for({"31": DAY})
        assert uow.coverage.valid_for() == {"31": DAY}
        assert uow.coverage.set_valid_for({"31": None})
        assert uow.coverage.valid_for() == {}
