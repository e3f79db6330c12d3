"""What stands against a subject is one digest, whether asked for a few subjects or read along the whole list."""

from __future__ import annotations

from registry.services.context import Services
from registry.store.list_state import all_states, states_of
from registry.store.tables import listed_identity
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.register_under_test import rows, take


def test_an_identity_whose_record_was_withdrawn_counts_in_neither_reading(services: Services) -> None:
    take(services, conviction(), conviction("R2", document_no="（2022）浙0106刑初99002号", judgment_date="2022-05-18"))
    take(services, conviction(version="2", operation="withdraw", withdraw_reason="再审改判无罪"))
    kept = {face.subject_id for face in rows(services, listed_identity)}
    assert len(rows(services, listed_identity)) == 2
    with services.store.read() as uow:
        assert states_of(uow.transaction, kept) == dict(all_states(uow.transaction))
